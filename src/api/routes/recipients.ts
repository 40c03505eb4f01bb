import { z } from '@hono/zod-openapi';
import { removeRecipient, setRecipient } from '../../admin/recipients.ts';
import { listRecipients } from '../../db/queries/events/recipients.ts';
import { storedEventTypes } from '../../model/stored-event.ts';
import { isMailAddress } from '../../base/mail-address.ts';
import { adminOf, createRouter, type ApiOptions, type Router } from '../contract/context.ts';
import { configured, endpoint, ifMatch, json, jsonBody } from '../contract/endpoint.ts';
import { matching, withEtag } from '../middleware/etag.ts';
import { InvalidRequest } from '../contract/invalid.ts';
import { language, tenantPath } from '../contract/schemas.ts';

const settings = z.object({
  language,
  types: z
    .array(z.enum(storedEventTypes))
    .max(storedEventTypes.length)
    .openapi({ description: 'About what; empty: about all.' }),
  digest: z.boolean().openapi({ description: 'Also the daily digest.' }),
});
const recipientSchema = settings.extend({ email: z.string() }).openapi('Recipient');

const tags = ['recipients'];
const params = tenantPath.extend({ email: z.string().openapi({ example: 'compta@acme.example' }) });

const list = endpoint('manage', {
  method: 'get',
  path: '/tenants/{tenant}/recipients',
  tags,
  operationId: 'listRecipients',
  summary: 'List who is told by e-mail',
  request: { params: tenantPath },
  responses: { 200: json(z.object({ items: z.array(recipientSchema) }), 'The recipients, by address.') },
});

const put = endpoint(
  'manage',
  {
    method: 'put',
    path: '/tenants/{tenant}/recipients/{email}',
    tags,
    operationId: 'putRecipient',
    summary: 'Add a recipient, or change one',
    request: {
      params,
      headers: ifMatch,
      body: jsonBody(
        settings
          .extend({ language: language.default('fr'), types: settings.shape.types.default([]) })
          .extend({ digest: settings.shape.digest.default(false) })
          .strict(),
      ),
    },
    responses: { 200: configured(recipientSchema, 'The recipient.') },
  },
  [409, 412],
);

const remove = endpoint(
  'manage',
  {
    method: 'delete',
    path: '/tenants/{tenant}/recipients/{email}',
    tags,
    operationId: 'deleteRecipient',
    summary: 'Remove a recipient',
    request: { params, headers: ifMatch },
    responses: { 204: { description: 'Nothing is sent there any more.' } },
  },
  [412],
);

export function recipientRoutes({ database: { db } }: ApiOptions): Router {
  return createRouter()
    .openapi(list, async (c) => c.json({ items: await listRecipients(db, c.var.tenant.id) }, 200))
    .openapi(put, async (c) => {
      const { tenant, email } = c.req.valid('param');
      if (!isMailAddress(email)) throw new InvalidRequest([{ in: 'path', field: 'email', message: 'name@domain' }]);
      const recipient = { email, ...c.req.valid('json') };
      await setRecipient(adminOf(c), tenant, recipient, matching(c));
      return withEtag(c, recipient);
    })
    .openapi(remove, async (c) => {
      const { tenant, email } = c.req.valid('param');
      await removeRecipient(adminOf(c), tenant, email, matching(c));
      return c.body(null, 204);
    });
}
