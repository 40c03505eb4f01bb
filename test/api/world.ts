import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { createApi } from '../../src/api/app.ts';
import type { ApiOptions, Router } from '../../src/api/contract/context.ts';
import { addApiKey } from '../../src/db/queries/access/api-keys.ts';
import type { Database } from '../../src/db/client.ts';
import { createMetrics } from '../../src/metrics.ts';
import type { KeyScope } from '../../src/model/api-key.ts';
import { createKeyring } from '../../src/secrets/keyring.ts';
import { makeApiKey } from '../../src/auth/api-key.ts';
import { openAuditLog } from '../../src/auth/audit-log.ts';
import { openSharedPenalties } from '../../src/auth/bans.ts';
import { addTenant, testDepot, type TestDepot } from '../support/server.ts';

interface Asking {
  method?: string;
  /** Sent as JSON, unless it is text or bytes already. */
  body?: unknown;
  headers?: Record<string, string>;
  /** The key; `null` sends none. */
  key?: string | null;
}

interface Answer<T> {
  status: number;
  headers: Headers;
  json: T;
  text: string;
}

export interface ApiWorld {
  app: Router;
  depot: TestDepot;
  database: Database;
  options: ApiOptions;
  /** Keys by scope: the operator's, and those of the tenant `acme`. */
  keys: Record<KeyScope, string>;
  /** A key with `manage` of the tenant `other`. */
  otherKey: string;
  /** Milliseconds by which refused keys were held back. */
  waited: number[];
  /** With the operator's key, unless told otherwise. */
  ask: <T = Record<string, unknown>>(path: string, asking?: Asking) => Promise<Answer<T>>;
  makeKey: (scope: KeyScope, tenant?: string) => Promise<string>;
  /** The audit, oldest first, with what waited to be written. */
  audit: () => Promise<{ tenant: string; actor: string; action: string; detail: Record<string, unknown> }[]>;
}

/** The API over a real database, with the tenants `acme` and `other` and a key of each scope. */
export async function apiWorld(database: Database, given: Partial<ApiOptions> = {}): Promise<ApiWorld> {
  const depot = await testDepot({ database, ...(given.now && { now: given.now }) });
  await addTenant(depot);
  await addTenant(depot, { id: 'other', name: 'Other' });
  const waited: number[] = [];
  const auditLog = openAuditLog(database, depot.log);
  onTestFinished(() => auditLog.close());
  const penalties = openSharedPenalties({ ...depot, side: 'api' });
  onTestFinished(() => penalties.close());
  const options: ApiOptions = {
    ...depot,
    keyring: createKeyring([{ id: 'k1', key: randomBytes(32) }]),
    ...{ auditLog, penalties },
    serverPorts: depot.config.ports,
    privateTargets: ['127.0.0.0/8'],
    trustedProxies: [],
    freeBytes: () => Promise.resolve(1_000_000),
    language: 'fr',
    requestsPerMinute: 10_000,
    stopping: new AbortController().signal,
    checks: {},
    registry: createMetrics(depot.events),
    wait: (ms) => Promise.resolve(waited.push(ms)),
    ...given,
  };
  const app = createApi(options);
  const makeKey = async (scope: KeyScope, tenant = 'acme') => {
    const { key, ...stored } = makeApiKey();
    await addApiKey(database.db, scope === 'operator' ? null : tenant, {
      ...{ ...stored, scope, name: scope, createdBy: 'test' },
    });
    return key;
  };
  const keys: Record<KeyScope, string> = {
    operator: await makeKey('operator'),
    read: await makeKey('read'),
    sync: await makeKey('sync'),
    manage: await makeKey('manage'),
  };
  return {
    ...{ app, depot, database, options, keys, waited, makeKey },
    otherKey: await makeKey('manage', 'other'),
    ask: (path, { key = keys.operator, ...asking } = {}) => ask(app, path, { ...asking, key }),
    async audit() {
      await auditLog.close();
      return database.sql`select tenant_id as tenant, actor, action, detail from audit order by id`;
    },
  };
}

async function ask<T>(app: Router, path: string, asking: Asking): Promise<Answer<T>> {
  const { method, body, headers = {}, key } = asking;
  const isJson = body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array);
  const answer = await app.request(path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(key != null && { authorization: `Bearer ${key}` }),
      ...(isJson && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as string) }),
  });
  const text = await answer.text();
  const isRead = text !== '' && (answer.headers.get('content-type')?.endsWith('json') ?? false);
  return { status: answer.status, headers: answer.headers, text, json: (isRead ? JSON.parse(text) : undefined) as T };
}
