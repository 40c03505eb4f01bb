import { z } from '@hono/zod-openapi';
import {
  addCredential,
  listCredentials,
  revokeCredential,
  type ListedCredential,
} from '../../db/queries/access/credentials.ts';
import { ArrivageError } from '../../errors.ts';
import { readUserKey } from '../../identity/user-key.ts';
import { grammar, protocols, tlsResumptions } from '../../model/tenant.ts';
import { isRange } from '../../base/address.ts';
import { generatePassword, hashPassword } from '../../auth/password.ts';
import { audited, createRouter, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json, jsonBody } from '../contract/endpoint.ts';
import { moment, tenantPath } from '../contract/schemas.ts';

const LONGEST_PASSWORD_BYTES = 1024;

const username = z.string().regex(grammar.username);
const password = z
  .string()
  .min(12)
  .regex(/^[^\r\n\0]*$/)
  .refine((text) => Buffer.byteLength(text) <= LONGEST_PASSWORD_BYTES);

const options = z.object({
  protocols: z.array(z.enum(protocols)).min(1).max(protocols.length),
  allowCleartextFtp: z.boolean().openapi({ description: 'It may sign in to FTP without TLS.' }),
  tlsResumption: z.enum(tlsResumptions).openapi({
    description:
      'FTP data connections must resume the control connection’s TLS session. `prefer`: once one of them has.',
  }),
  ipRanges: z
    .array(z.string().max(50).refine(isRange))
    .max(100)
    .openapi({ description: 'CIDR ranges or addresses; empty: from anywhere.', example: ['192.0.2.0/24'] }),
});

const credentialSchema = options
  .extend({
    username,
    hasPassword: z.boolean(),
    keys: z.array(z.object({ fingerprint: z.string(), comment: z.string() })),
    createdAt: moment,
    revokedAt: moment.nullable(),
    lastUsedAt: moment.nullable(),
  })
  .openapi('Credential');

const newCredential = options
  .partial()
  .extend({
    username,
    password: password.optional().openapi({ description: 'Without it and without keys one is made, and shown once.' }),
    publicKeys: z
      .array(z.string().max(16_384))
      .max(20)
      .optional()
      .openapi({ description: 'As OpenSSH writes them: `ssh-ed25519 AAAA… comment`.' }),
  })
  .strict()
  .openapi('NewCredential');

const tags = ['credentials'];
const onePath = tenantPath.extend({ username });

const list = endpoint('manage', {
  method: 'get',
  path: '/tenants/{tenant}/credentials',
  tags,
  operationId: 'listCredentials',
  summary: 'List the usernames of a tenant, revoked ones included',
  request: { params: tenantPath },
  responses: { 200: json(z.object({ items: z.array(credentialSchema) }), 'The credentials, by username.') },
});

const create = endpoint('manage', {
  method: 'post',
  path: '/tenants/{tenant}/credentials',
  tags,
  operationId: 'createCredential',
  summary: 'Add a username that opens sessions for a tenant',
  request: { params: tenantPath, body: jsonBody(newCredential) },
  responses: {
    201: json(
      credentialSchema.extend({
        password: z.string().optional().openapi({ description: 'The one that was made; shown only now.' }),
      }),
      'The new credential.',
    ),
  },
});

const read = endpoint('manage', {
  method: 'get',
  path: '/tenants/{tenant}/credentials/{username}',
  tags,
  operationId: 'readCredential',
  summary: 'Read a credential',
  request: { params: onePath },
  responses: { 200: json(credentialSchema, 'The credential.') },
});

const revoke = endpoint('manage', {
  method: 'delete',
  path: '/tenants/{tenant}/credentials/{username}',
  tags,
  operationId: 'revokeCredential',
  summary: 'Revoke a credential: it opens no session from now on',
  request: { params: onePath },
  responses: { 204: { description: 'It is revoked.' } },
});

export function credentialRoutes({ database: { db } }: ApiOptions): Router {
  async function find(tenant: string, name: string): Promise<ListedCredential> {
    const found = (await listCredentials(db, tenant)).find((each) => each.username === name);
    if (!found) throw new ArrivageError('no_such_resource');
    return found;
  }

  return createRouter()
    .openapi(list, async (c) => c.json({ items: (await listCredentials(db, c.var.tenant.id)).map(shown) }, 200))
    .openapi(create, async (c) => {
      const tenantId = c.var.tenant.id;
      const { username: name, password: chosen, publicKeys = [], ...rest } = c.req.valid('json');
      const keys = publicKeys.map(readUserKey);
      const made = chosen === undefined && keys.length === 0 ? generatePassword() : undefined;
      const secret = chosen ?? made;
      const stored = {
        tenantId,
        username: name,
        passwordHash: secret === undefined ? null : await hashPassword(secret),
        ...(rest.protocols && { protocols: rest.protocols }),
        allowCleartextFtp: rest.allowCleartextFtp ?? false,
        ...(rest.tlsResumption && { tlsResumption: rest.tlsResumption }),
        ipRanges: rest.ipRanges ?? [],
      };
      const { passwordHash: _, ...detail } = stored;
      await db.transaction(async (tx) => {
        if ((await addCredential(tx, stored, keys)) === undefined)
          throw new ArrivageError('username_taken', { username: name });
        const told = { ...detail, keys: keys.map(({ fingerprint }) => fingerprint) };
        await audited(c, tenantId, 'credential.add', told, tx);
      });
      c.header('location', `/v1/tenants/${tenantId}/credentials/${name}`);
      return c.json({ ...shown(await find(tenantId, name)), ...(made !== undefined && { password: made }) }, 201);
    })
    .openapi(read, async (c) => c.json(shown(await find(c.var.tenant.id, c.req.valid('param').username)), 200))
    .openapi(revoke, async (c) => {
      const { username: name } = c.req.valid('param');
      await db.transaction(async (tx) => {
        if (!(await revokeCredential(tx, c.var.tenant.id, name))) throw new ArrivageError('no_such_resource');
        await audited(c, c.var.tenant.id, 'credential.revoke', { username: name }, tx);
      });
      return c.body(null, 204);
    });
}

const shown = (credential: ListedCredential) => ({
  username: credential.username,
  protocols: credential.protocols,
  allowCleartextFtp: credential.allowCleartextFtp,
  tlsResumption: credential.tlsResumption,
  ipRanges: credential.ipRanges,
  hasPassword: credential.hasPassword,
  keys: credential.keys,
  createdAt: credential.createdAt.toISOString(),
  revokedAt: credential.revokedAt?.toISOString() ?? null,
  lastUsedAt: credential.lastUsedAt?.toISOString() ?? null,
});
