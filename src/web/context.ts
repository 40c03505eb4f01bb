import type { Context } from 'hono';
import type { Hono } from 'hono';
import type { Database } from '../db/client.ts';
import type { Log } from '../log.ts';
import type { Membership, Person, Role } from '../model/person.ts';
import type { Language } from '../model/tenant.ts';
import type { SharedPenalties } from '../auth/bans.ts';
import type { AuditLog } from '../auth/audit-log.ts';

/** What the pages work with. */
export interface WebOptions {
  database: Database;
  log: Log;
  /** Answers requests of this process, on behalf of whoever is signed in. */
  api: { fetch(request: Request, env: object): Response | Promise<Response> };
  auditLog: Pick<AuditLog, 'add'>;
  penalties: Pick<SharedPenalties, 'addressIsBanned' | 'failed' | 'succeeded'>;
  /** The language where a browser asks for none that we speak. */
  language: Language;
  /** Whose X-Forwarded-For and X-Forwarded-Proto are believed. */
  trustedProxies: readonly string[];
  /** Where browsers find the page, if that is set. */
  publicUrl: string | undefined;
  /** Pages of one person. */
  requestsPerMinute: number;
  /** What export jobs connect to. */
  endpoint: Endpoint;
  now: () => number;
  /** Holds a refused sign-in back; a test passes its own. */
  wait?: (ms: number) => Promise<unknown>;
}

/** Where files are sent, and by what the server is known. */
export interface Endpoint {
  host: string;
  ports: { sftp: number | undefined; ftp: number | undefined; ftps: number | undefined };
  hostKeys: readonly { type: string; fingerprint: string }[];
  certificate: () => { fingerprint: string; validTo: Date; isOwn: boolean };
}

/** Somebody signed in. */
interface Viewer extends Person {
  signedInId: string;
  memberships: readonly Membership[];
}

/** The tenant that the path names, and what the viewer may do there. */
interface ViewedTenant {
  id: string;
  name: string;
  state: string;
  role: Role;
}

export interface WebEnv {
  Variables: {
    options: WebOptions;
    language: Language;
    requestId: string;
    /** Set but on the pages of those who are not signed in. */
    viewer: Viewer;
    /** Set below `/t/{tenant}`. */
    tenant: ViewedTenant;
  };
}

export type WebContext = Context<WebEnv>;
export type WebRouter = Hono<WebEnv>;

const rank: Readonly<Record<Role, number>> = { read: 0, sync: 1, manage: 2 };

/** Each role includes those before it: read, sync, manage. */
export const may = (role: Role, needed: Role): boolean => rank[role] >= rank[needed];

/** The peer's address; empty for a request that came without a socket, as in tests. */
export function peerOf(c: WebContext): string {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? '';
}
