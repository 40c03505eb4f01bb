import type { Database } from '../db/client.ts';
import { type AuditRow, addLateAuditRows, touchCredentials } from '../db/queries/access/sign-in.ts';
import type { Log } from '../log.ts';
import type { TenantId } from '../model/tenant.ts';

const FLUSH_MS = 2000;
const MOST_ROWS = 1000;
/** Different rows kept of one tenant's acts within a flush, and of those of nobody's tenant. */
const MOST_PER_TENANT = 100;
const LONGEST_ACTOR = 64;

/**
 * Audit rows of sign-ins and of what sessions do, written in batches: equal ones become one row with a count, and of more
 * than a hundred kinds of one tenant in two seconds only the number is kept, so that nobody fills the table by guessing
 * passwords, or crowds out another's. Rows wait in memory while the database is away.
 */
export function openAuditLog(database: Database, log: Log) {
  let rows = new Map<string, AuditRow & { count: number }>();
  let dropped = new Map<TenantId, number>();
  let used = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> | undefined;

  async function write(): Promise<void> {
    const batch = [...rows.values()];
    const [touched, lost] = [used, dropped];
    rows = new Map();
    used = new Set();
    dropped = new Map();
    try {
      await addLateAuditRows(database, [...batch.map(withCount), ...[...lost].map(overflow)]);
      await touchCredentials(database, [...touched]);
    } catch (error) {
      log.warn({ err: error, rows: batch.length }, 'the audit of sign-ins could not be written; it is tried again');
      for (const row of batch) merge(row, row.count);
      for (const id of touched) if (used.size < MOST_ROWS) used.add(id);
      for (const [tenant, count] of lost) drop(tenant, count);
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    flushing ??= write().finally(() => {
      flushing = undefined;
      if (rows.size > 0) schedule();
    });
    return flushing;
  }

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
  }

  function merge(row: AuditRow, count: number): void {
    const key = JSON.stringify([row.tenantId, row.actor, row.action, row.detail]);
    const known = rows.get(key);
    if (known) known.count += count;
    else if (hasRoom(row.tenantId)) rows.set(key, { ...row, count });
    else drop(row.tenantId, count);
  }

  function hasRoom(tenant: TenantId): boolean {
    let own = 0;
    for (const { tenantId } of rows.values()) if (tenantId === tenant) own++;
    return own < MOST_PER_TENANT && rows.size < MOST_ROWS;
  }

  function drop(tenant: TenantId, count: number): void {
    dropped.set(tenant, (dropped.get(tenant) ?? 0) + count);
  }

  return {
    add(row: AuditRow, credentialId?: string): void {
      merge({ ...row, actor: printable(row.actor) }, 1);
      if (credentialId && used.size < MOST_ROWS * 10) used.add(credentialId);
      schedule();
    },
    /** Writes what waits, for a stop. */
    async close(): Promise<void> {
      await flushing;
      await flush();
      clearTimeout(timer);
    },
  };
}

export type AuditLog = ReturnType<typeof openAuditLog>;

const withCount = ({ count, detail, ...row }: AuditRow & { count: number }): AuditRow => ({
  ...row,
  detail: count > 1 ? { ...detail, count } : detail,
});

const overflow = ([tenantId, count]: readonly [TenantId, number]): AuditRow => ({
  tenantId,
  actor: 'arrivage',
  action: tenantId === '' ? 'sign_in.not_listed' : 'not_listed',
  detail: { count },
});

/** Postgres takes no NUL, and nobody wants a terminal's escape codes in a table. */
function printable(actor: string): string {
  return actor.replace(/\p{C}/gu, '?').slice(0, LONGEST_ACTOR).toWellFormed();
}
