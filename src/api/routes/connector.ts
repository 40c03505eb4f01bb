import { z } from '@hono/zod-openapi';
import {
  confirmHostKey,
  knownConnector,
  removeConnector,
  setConnector,
  testConnector,
} from '../../admin/connectors.ts';
import { ArrivageError } from '../../errors.ts';
import { fixed } from '../../intake/mapping-input.ts';
import { connectorProtocols } from '../../model/connector.ts';
import { connectorInput, connectorOf } from '../../pull/connector-input.ts';
import { openSeats } from '../../base/shares.ts';
import { adminOf, createRouter, shareOf, type ApiOptions, type Router } from '../contract/context.ts';
import { configured, endpoint, ifMatch, ifNoneMatch, json, jsonBody, notModified } from '../contract/endpoint.ts';
import { matching, withEtag } from '../middleware/etag.ts';
import { moment, tenantPath } from '../contract/schemas.ts';

const rule = z
  .object({ pattern: z.string(), take: z.enum(['newest', 'all']), scope: z.object(fixed).optional() })
  .optional();

const connectorSchema = z
  .object({
    protocol: z.enum(connectorProtocols),
    host: z.string(),
    port: z.int(),
    username: z.string(),
    hasPassword: z.boolean(),
    hasPrivateKey: z.boolean(),
    directory: z.string(),
    files: z.object({ clients: rule, contacts: rule, ecritures: rule }),
    afterReading: z.object({ kind: z.enum(['leave', 'move', 'delete']), folder: z.string().optional() }),
    stableSeconds: z.int(),
    doneFile: z.string().nullable(),
    hostKey: z.string().nullable().openapi({ description: 'The one that was confirmed: `SHA256:…` (sftp).' }),
    certificateFingerprint: z.string().nullable().openapi({ description: 'SHA-256 in hexadecimal (ftps).' }),
    ca: z.string().nullable(),
    changedAt: moment,
  })
  .openapi('Connector');

const testSchema = z
  .object({
    ok: z.boolean().openapi({ description: 'A pull would take a file for each dataset.' }),
    steps: z.array(
      z.object({
        step: z.string(),
        ok: z.boolean(),
        code: z.string().nullable().openapi({ description: 'Of docs/errors.md, where the step failed.' }),
        found: z.string().nullable().openapi({ description: 'Of a host key or certificate: its fingerprint.' }),
        message: z.string(),
      }),
    ),
  })
  .openapi('ConnectorTest');

/** Made again here: a schema that is older than zod's extension for OpenAPI cannot be named in the document. */
const connectorBody = connectorInput.extend({}).openapi('ConnectorInput');

const tags = ['connector'];
const path = '/tenants/{tenant}/connector';

const read = endpoint('read', {
  method: 'get',
  path,
  tags,
  operationId: 'readConnector',
  summary: 'Read the connector, without its secrets',
  request: { params: tenantPath, headers: ifNoneMatch },
  responses: { 200: configured(connectorSchema, 'The connector.'), ...notModified },
});

const put = endpoint(
  'manage',
  {
    method: 'put',
    path,
    tags,
    operationId: 'putConnector',
    summary: 'Make or replace the connector',
    description:
      'Secrets that are not named stay as they are stored, as long as the server stays the same; null removes one.',
    request: {
      params: tenantPath,
      headers: ifMatch.extend(ifNoneMatch.shape),
      body: jsonBody(connectorBody),
    },
    responses: { 200: configured(connectorSchema, 'The connector.') },
  },
  [409, 412],
);

const remove = endpoint(
  'manage',
  {
    method: 'delete',
    path,
    tags,
    operationId: 'deleteConnector',
    summary: 'Forget the connector and its secrets',
    request: { params: tenantPath, headers: ifMatch },
    responses: { 204: { description: 'It is gone.' } },
  },
  [412],
);

const test = endpoint('manage', {
  method: 'post',
  path: '/tenants/{tenant}/connector/test',
  tags,
  operationId: 'testConnector',
  summary: 'Try the connector: each step, and which file each dataset would take',
  description:
    'Nothing is read there; whether files may be moved or deleted is tried with an empty one of our own. A failed step is an answer, not an error of the request.',
  request: { params: tenantPath },
  responses: { 200: json(testSchema, 'The steps, up to the one that failed.') },
});

const confirm = endpoint(
  'manage',
  {
    method: 'put',
    path: '/tenants/{tenant}/connector/host-key',
    tags,
    operationId: 'confirmHostKey',
    summary: 'Confirm the host key of the SFTP server, once it was compared',
    request: {
      params: tenantPath,
      headers: ifMatch,
      body: jsonBody(
        z.strictObject({
          fingerprint: z
            .string()
            .regex(/^SHA256:[A-Za-z0-9+/]{43}$/)
            .openapi({ description: 'As the test found it.' }),
        }),
      ),
    },
    responses: { 200: configured(connectorSchema, 'The connector, which reads from a server with this key only.') },
  },
  [412],
);

export function connectorRoutes({ database: { db } }: ApiOptions): Router {
  // A server that says nothing holds a test for minutes.
  const seats = openSeats({ perOwner: 2, inAll: 20 });
  return createRouter()
    .openapi(read, async (c) => withEtag(c, await knownConnector(db, c.var.tenant.id)))
    .openapi(put, async (c) => {
      const made = connectorOf(c.req.valid('json'));
      return withEtag(c, await setConnector(adminOf(c), c.var.tenant.id, () => made, matching(c)));
    })
    .openapi(remove, async (c) => {
      await removeConnector(adminOf(c), c.var.tenant.id, matching(c));
      return c.body(null, 204);
    })
    .openapi(test, async (c) => {
      const given = new AbortController();
      const leave = seats.take(shareOf(c.var.caller), () => given.abort(new ArrivageError('too_many_connections')));
      const signal = AbortSignal.any([c.req.raw.signal, given.signal]);
      const steps = await testConnector(adminOf(c), c.var.tenant.id, signal).finally(leave);
      const told = steps.map(({ text, ...step }) => ({ ...step, message: text[c.var.language] }));
      return c.json({ ok: steps.every(({ ok }) => ok), steps: told }, 200);
    })
    .openapi(confirm, async (c) => {
      const { fingerprint } = c.req.valid('json');
      return withEtag(c, await confirmHostKey(adminOf(c), c.var.tenant.id, fingerprint, matching(c)));
    });
}
