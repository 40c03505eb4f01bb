import { basename, dirname, relative, sep } from 'node:path';
import { reachable } from '../db/client.ts';
import { findTenant } from '../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../errors.ts';
import type { Tenant } from '../model/tenant.ts';
import { openFolder } from './folder.ts';
import { removeNote, writeNote } from './note.ts';
import { type Place, placeOf } from './place.ts';
import { type DropDepot, takeFile } from './take.ts';

const RETRY_MS = 10_000;
const UNCLAIMED_MS = 60_000;
const BUSY_MS = 1000;
const MOST_NAMED = 1000;

/** What is to become of a file that lay still: it is done with, has another chance after `ms`, or stays as it is. */
export type Delivery = 'done' | 'left' | { again: number };

/** What passes by itself; the sender need not be told. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'database_unavailable',
  'disk_full',
  'internal',
  'shutting_down',
  'too_many_waiting',
]);

/** Brings files of the drop folder to their tenants; says beside a file why it was refused. Never throws. */
export function openDelivery(depot: DropDepot, folder: string): (file: string) => Promise<Delivery> {
  const { log } = depot;
  /** Tenants that are unknown or suspended, so that the log names each once. */
  const unclaimed = new Set<string>();

  /** @param at where its folder stays what it is: see `openFolder` */
  async function toTenant(file: string, at: string, { path }: Place, tenant: Tenant): Promise<Delivery> {
    switch (await takeFile(depot, tenant, at, path)) {
      case 'taken':
        await removeNote(at);
        return 'done';
      case 'changed':
        return { again: 0 };
      case 'busy':
        return { again: BUSY_MS };
      case 'special':
        return notPlain(file);
    }
  }

  function notPlain(file: string): Delivery {
    log.warn(
      { file },
      'a file in the drop folder lies behind a link, has another name elsewhere, or is none: left there',
    );
    return 'left';
  }

  /** The tenant may be created, or let in again, while the file lies there. */
  function toNobody(file: string, { tenant }: Place): Delivery {
    if (!unclaimed.has(tenant)) log.warn({ file, tenant }, 'files in the drop folder belong to no open tenant');
    if (unclaimed.size < MOST_NAMED) unclaimed.add(tenant);
    return { again: UNCLAIMED_MS };
  }

  async function failed(
    { file, at }: { file: string; at: string | undefined },
    tenant: Tenant | undefined,
    error: unknown,
  ): Promise<Delivery> {
    log.warn({ err: error, file }, 'a file in the drop folder could not be taken');
    if (at !== undefined && error instanceof ArrivageError && !TRANSIENT.has(error.code))
      await writeNote(at, error, tenant?.language ?? 'fr').catch(() => undefined);
    return error instanceof ArrivageError && !error.entry.retryable ? 'left' : { again: RETRY_MS };
  }

  async function deliver(file: string, at: string): Promise<Delivery> {
    let tenant: Tenant | undefined;
    try {
      const place = placeOf(relative(folder, file));
      if (!place) return 'done';
      tenant = await openTenant(depot, place);
      return tenant ? await toTenant(file, at, place, tenant) : toNobody(file, place);
    } catch (error) {
      return failed({ file, at }, tenant, error);
    }
  }

  return async (file) => {
    try {
      const names = relative(folder, dirname(file)).split(sep);
      const within = await openFolder(
        folder,
        names.filter((name) => name !== ''),
      );
      if (!within) return notPlain(file);
      try {
        return await deliver(file, within.at(basename(file)));
      } finally {
        await within.close();
      }
    } catch (error) {
      return failed({ file, at: undefined }, undefined, error);
    }
  };
}

async function openTenant({ database }: DropDepot, { tenant: id }: Place): Promise<Tenant | undefined> {
  const tenant = await reachable(findTenant(database.db, id));
  return tenant?.state === 'suspended' ? undefined : tenant;
}
