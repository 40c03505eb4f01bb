import { z } from '@hono/zod-openapi';
import { addCredential, credentialView, findCredential, revokeCredential } from '../../admin/credentials.ts';
import { listCredentials } from '../../db/queries/access/credentials.ts';
import { readUserKey } from '../../identity/user-key.ts';
import { grammar, protocols, tlsResumptions } from '../../model/tenant.ts';
import { isRange } from '../../base/address.ts';
import { adminOf, createRouter, type ApiOptions, type Router } from '../contract/context.ts';
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

export function credentialRoutes({ database }: ApiOptions): Router {
  const find = async (tenant: string, name: string) => credentialView(await findCredential({ database }, tenant, name));

  return createRouter()
    .openapi(list, async (c) => {
      const credentials = await listCredentials(database.db, c.var.tenant.id);
      return c.json({ items: credentials.map(credentialView) }, 200);
    })
    .openapi(create, async (c) => {
      const { id } = c.var.tenant;
      const { publicKeys = [], ...asked } = c.req.valid('json');
      const made = await addCredential(adminOf(c), id, { ...asked, keys: publicKeys.map(readUserKey) });
      c.header('location', `/v1/tenants/${id}/credentials/${asked.username}`);
      return c.json({ ...(await find(id, asked.username)), ...(made !== undefined && { password: made }) }, 201);
    })
    .openapi(read, async (c) => c.json(await find(c.var.tenant.id, c.req.valid('param').username), 200))
    .openapi(revoke, async (c) => {
      await revokeCredential(adminOf(c), c.var.tenant.id, c.req.valid('param').username);
      return c.body(null, 204);
    });
}
