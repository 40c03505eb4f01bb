import { relative } from 'node:path';
import { reachable } from '../db/client.ts';
import { findTenant } from '../db/tenants.ts';
import { ArrivageError } from '../errors.ts';
import type { Tenant } from '../model/tenant.ts';
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
const TRANSIENT: ReadonlySet<string> = new Set(['database_unavailable', 'disk_full', 'internal', 'shutting_down']);

/** Brings files of the drop folder to their tenants; says beside a file why it was refused. Never throws. */
export function openDelivery(depot: DropDepot, folder: string): (file: string) => Promise<Delivery> {
  const { log } = depot;
  /** Tenants that are unknown or suspended, so that the log names each once. */
  const unclaimed = new Set<string>();

  async function toTenant(file: string, { path }: Place, tenant: Tenant): Promise<Delivery> {
    switch (await takeFile(depot, tenant, file, path)) {
      case 'taken':
        await removeNote(file);
        return 'done';
      case 'changed':
        return { again: 0 };
      case 'busy':
        return { again: BUSY_MS };
      case 'special':
        log.warn({ file }, 'a file in the drop folder lies behind a link, or is none: left there');
        return 'left';
    }
  }

  /** The tenant may be created, or let in again, while the file lies there. */
  function toNobody(file: string, { tenant }: Place): Delivery {
    if (!unclaimed.has(tenant)) log.warn({ file, tenant }, 'files in the drop folder belong to no open tenant');
    if (unclaimed.size < MOST_NAMED) unclaimed.add(tenant);
    return { again: UNCLAIMED_MS };
  }

  async function failed(file: string, tenant: Tenant | undefined, error: unknown): Promise<Delivery> {
    log.warn({ err: error, file }, 'a file in the drop folder could not be taken');
    if (error instanceof ArrivageError && !TRANSIENT.has(error.code))
      await writeNote(file, error, tenant?.language ?? 'fr').catch(() => undefined);
    return error instanceof ArrivageError && !error.entry.retryable ? 'left' : { again: RETRY_MS };
  }

  return async (file) => {
    let tenant: Tenant | undefined;
    try {
      const place = placeOf(relative(folder, file));
      if (!place) return 'done';
      tenant = await openTenant(depot, place);
      return tenant ? await toTenant(file, place, tenant) : toNobody(file, place);
    } catch (error) {
      return failed(file, tenant, error);
    }
  };
}

async function openTenant({ database }: DropDepot, { tenant: id }: Place): Promise<Tenant | undefined> {
  const tenant = await reachable(findTenant(database.db, id));
  return tenant?.state === 'suspended' ? undefined : tenant;
}
