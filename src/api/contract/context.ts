import type { ServerResponse } from 'node:http';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Registry } from 'prom-client';
import type { AdminParts } from '../../admin/admin.ts';
import { forwardedAddress } from '../../base/forwarded.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../db/client.ts';
import { addAuditRows, type AuditRow } from '../../db/queries/access/sign-in.ts';
import type { TenantRow } from '../../db/queries/tenants/tenants.ts';
import type { Events } from '../../events.ts';
import type { Log } from '../../log.ts';
import type { Caller } from '../../model/api-key.ts';
import type { Language } from '../../model/tenant.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import type { AuditLog } from '../../auth/audit-log.ts';
import type { SharedPenalties } from '../../auth/bans.ts';
import type { watchRevocation } from '../../auth/revocation.ts';
import type { Spool } from '../../spool/spool.ts';
import { refuseInvalid } from './invalid.ts';
import type { Check } from '../routes/health.ts';

/** What the API works with. */
export interface ApiOptions {
  database: Database;
  spool: Spool;
  keyring: Keyring;
  events: Events;
  log: Log;
  now: () => number;
  /** The server's own, which no tenant can have. */
  serverPorts: Config['ports'];
  /** Private ranges to which pull mode and webhooks may connect all the same. */
  privateTargets: readonly string[];
  /** Whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** On the disk of the data folder. */
  freeBytes: () => Promise<number>;
  /** Takes sign-ins and refusals, in batches. */
  auditLog: Pick<AuditLog, 'add'>;
  /** Counts refused keys, and knows whom that banned. */
  penalties: Pick<SharedPenalties, 'addressIsBanned' | 'failed'>;
  /** The language of a refusal where the request asks for none that we speak. */
  language: Language;
  requestsPerMinute: number;
  /** Aborted when the server stops: streams without an end end then. */
  stopping: AbortSignal;
  /** What must be well for `/readyz`, by name. */
  checks: Readonly<Record<string, Check>>;
  registry: Registry;
  /** Holds a refused key back; a test passes its own. */
  wait?: (ms: number) => Promise<unknown>;
}

export interface ApiEnv {
  Variables: {
    options: ApiOptions;
    requestId: string;
    language: Language;
    /** Set behind `/v1`. */
    caller: Caller;
    /** Ends what a key has open; set behind `/v1`. */
    revocation?: Pick<ReturnType<typeof watchRevocation>, 'watch'>;
    /** Set where the path names a tenant. */
    tenant: TenantRow;
  };
}

export type ApiContext = Context<ApiEnv>;
export type Router = OpenAPIHono<ApiEnv>;

/** A router whose routes are `endpoint`s; what does not fit their schemas is refused. */
export function createRouter(): Router {
  return new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
}

/** The caller, as the use cases know whoever administers. */
export function adminOf(c: ApiContext): AdminParts {
  const { database, spool, keyring, serverPorts, privateTargets, now } = c.var.options;
  return { database, spool, keyring, serverPorts, privateTargets, now, actor: c.var.caller.name };
}

/** Keeps on record what the caller got or tried, which changed nothing. */
export function noted(c: ApiContext, tenant: string, action: string, detail: Record<string, unknown>): Promise<void> {
  return addAuditRows(c.var.options.database, [entryOf(c, tenant, action, detail)]);
}

/** Keeps on record what the caller takes away with it, in batches: equal entries of two seconds are one with a count. */
export function notedExport(c: ApiContext, tenant: string, action: string, detail: Record<string, unknown>): void {
  c.var.options.auditLog.add(entryOf(c, tenant, action, detail));
}

const entryOf = (c: ApiContext, tenantId: string, action: string, detail: Record<string, unknown>): AuditRow => ({
  ...{ tenantId, actor: c.var.caller.name, action, detail },
});

/** Whose share of places and rates a request counts towards: its tenant’s, else the operator’s key’s own. */
export const shareOf = ({ tenant, keyId }: Caller): string => (tenant === null ? `key ${keyId}` : `tenant ${tenant}`);

/** Whose request it is, also behind a trusted proxy; empty for one that came without a socket, as in tests. */
export const addressOf = (c: ApiContext): string =>
  forwardedAddress(
    incomingOf(c)?.socket?.remoteAddress ?? '',
    c.req.header('x-forwarded-for'),
    c.var.options.trustedProxies,
  );

/**
 * Whether the body came to its end. To be asked once it is read: of a connection that broke before anybody read, the
 * stream ends as if the body had been empty, and in chunks nothing else tells.
 */
export const cameWhole = (c: ApiContext): boolean => incomingOf(c)?.complete ?? true;

/** Who asks within this process, on behalf of somebody signed in on a page. What comes from outside cannot set it. */
export const principalOf = (c: ApiContext): Caller | undefined => ((c.env ?? {}) as { principal?: Caller }).principal;

export const isOfPage = (c: ApiContext): boolean => principalOf(c) !== undefined;

/** Node's own response; undefined for a request that came without a socket, as in tests. */
export const responseOf = (c: ApiContext): ServerResponse | undefined =>
  ((c.env ?? {}) as { outgoing?: ServerResponse }).outgoing;

function incomingOf(c: ApiContext) {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string }; complete?: boolean } };
  return incoming;
}
