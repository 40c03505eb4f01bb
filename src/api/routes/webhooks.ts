import { z } from '@hono/zod-openapi';
import {
  addWebhook,
  changeWebhook,
  deliveryView,
  knownWebhook,
  removeWebhook,
  resendDelivery,
  rotateWebhookSecret,
  testWebhook,
  webhookView,
} from '../../admin/webhooks.ts';
import { findDelivery, listDeliveries } from '../../db/queries/events/deliveries.ts';
import { listWebhooks } from '../../db/queries/events/webhooks.ts';
import { ArrivageError } from '../../errors.ts';
import { storedEventTypes } from '../../model/stored-event.ts';
import { openTurns } from '../../base/shares.ts';
import { adminOf, createRouter, shareOf, type ApiOptions, type Router } from '../contract/context.ts';
import { configured, endpoint, ifMatch, ifNoneMatch, json, jsonBody, notModified } from '../contract/endpoint.ts';
import { matching, withEtag } from '../middleware/etag.ts';
import { cutPage, pageOf, pageQuery, positionIn } from '../contract/pagination.ts';
import { given, moment, tenantPath } from '../contract/schemas.ts';

const url = z.string().max(2000).openapi({ description: 'https; http only to private addresses that are allowed.' });
const types = z
  .array(z.enum(storedEventTypes))
  .max(storedEventTypes.length)
  .openapi({ description: 'Of which events it hears; empty: of all.' });

const webhookSchema = z
  .object({ id: z.uuid(), url, types, enabled: z.boolean(), createdAt: moment })
  .openapi('Webhook');
const secret = z.object({
  secret: z.string().openapi({ description: '`whsec_…`, shown only now: what signs (Standard Webhooks).' }),
});

const attempt = z.object({
  attempt: z.int(),
  at: moment,
  status: z.int().nullable().openapi({ description: 'The receiver’s HTTP status; null where none came.' }),
  error: z.string().nullable(),
  durationMs: z.int(),
});
const deliverySchema = z
  .object({
    id: z.uuid().openapi({ description: 'The `webhook-id` that the receiver sees, the same in every attempt.' }),
    eventId: z.int().nullable().openapi({ description: 'Null for a test.' }),
    type: z.string(),
    state: z.enum(['pending', 'delivered', 'failed']),
    createdAt: moment,
    nextAttemptAt: moment.nullable(),
    attempts: z.array(attempt),
  })
  .openapi('Delivery');

const tags = ['webhooks'];
const allPath = '/tenants/{tenant}/webhooks';
const onePath = '/tenants/{tenant}/webhooks/{id}';
const params = tenantPath.extend({ id: z.uuid() });

const list = endpoint('manage', {
  method: 'get',
  path: allPath,
  tags,
  operationId: 'listWebhooks',
  summary: 'List the webhooks of a tenant',
  request: { params: tenantPath },
  responses: { 200: json(z.object({ items: z.array(webhookSchema) }), 'The webhooks, oldest first.') },
});

const create = endpoint('manage', {
  method: 'post',
  path: allPath,
  tags,
  operationId: 'createWebhook',
  summary: 'Add a webhook; its secret is shown once',
  request: { params: tenantPath, body: jsonBody(z.strictObject({ url, types: types.default([]) })) },
  responses: { 201: configured(webhookSchema.extend(secret.shape).openapi('NewWebhook'), 'The webhook.') },
});

const read = endpoint('manage', {
  method: 'get',
  path: onePath,
  tags,
  operationId: 'readWebhook',
  summary: 'Read a webhook',
  request: { params, headers: ifNoneMatch },
  responses: { 200: configured(webhookSchema, 'The webhook.'), ...notModified },
});

const change = endpoint(
  'manage',
  {
    method: 'patch',
    path: onePath,
    tags,
    operationId: 'changeWebhook',
    summary: 'Change a webhook, or enable it again',
    request: {
      params,
      headers: ifMatch,
      body: jsonBody(z.strictObject({ url, types, enabled: z.boolean() }).partial().openapi('WebhookChange')),
    },
    responses: { 200: configured(webhookSchema, 'The webhook as it is now.') },
  },
  [412],
);

const remove = endpoint(
  'manage',
  {
    method: 'delete',
    path: onePath,
    tags,
    operationId: 'deleteWebhook',
    summary: 'Delete a webhook with the log of its deliveries',
    request: { params, headers: ifMatch },
    responses: { 204: { description: 'It is gone.' } },
  },
  [412],
);

const rotate = endpoint('manage', {
  method: 'post',
  path: `${onePath}/secret`,
  tags,
  operationId: 'rotateWebhookSecret',
  summary: 'Give a webhook a new secret; for a day both sign',
  request: { params },
  responses: { 200: json(secret, 'The new secret, shown only now.') },
});

const test = endpoint('manage', {
  method: 'post',
  path: `${onePath}/test`,
  tags,
  operationId: 'testWebhook',
  summary: 'Send a webhook a test event, once',
  request: { params },
  responses: { 200: json(attempt.omit({ attempt: true }).openapi('WebhookTest'), 'What came of it.') },
});

const deliveries = endpoint('manage', {
  method: 'get',
  path: `${onePath}/deliveries`,
  tags,
  operationId: 'listDeliveries',
  summary: 'List what was sent to a webhook, with each attempt',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(deliverySchema), 'A page of deliveries, newest first.') },
});

const resend = endpoint('manage', {
  method: 'post',
  path: `${onePath}/deliveries/{delivery}/resend`,
  tags,
  operationId: 'resendDelivery',
  summary: 'Send a delivery again, under the same message id',
  request: { params: params.extend({ delivery: z.uuid() }) },
  responses: { 202: json(deliverySchema, 'It is queued.') },
});

export function webhookRoutes({ database }: ApiOptions): Router {
  const { db } = database;
  const turns = openTurns({ perOwner: 1, inAll: 20, waiting: 2 });

  return createRouter()
    .openapi(list, async (c) => c.json({ items: (await listWebhooks(db, c.var.tenant.id)).map(webhookView) }, 200))
    .openapi(create, async (c) => {
      const { id } = c.var.tenant;
      const made = await addWebhook(adminOf(c), id, c.req.valid('json'));
      c.header('location', `/v1/tenants/${id}/webhooks/${made.id}`);
      return withEtag(c, made, 201);
    })
    .openapi(read, async (c) => withEtag(c, await knownWebhook({ database }, c.var.tenant.id, c.req.valid('param').id)))
    .openapi(change, async (c) => {
      const { tenant, id } = c.req.valid('param');
      const asked = given(c.req.valid('json'));
      return withEtag(c, await changeWebhook(adminOf(c), tenant, id, asked, matching(c)));
    })
    .openapi(remove, async (c) => {
      const { tenant, id } = c.req.valid('param');
      await removeWebhook(adminOf(c), tenant, id, matching(c));
      return c.body(null, 204);
    })
    .openapi(rotate, async (c) => {
      const { tenant, id } = c.req.valid('param');
      return c.json({ secret: await rotateWebhookSecret(adminOf(c), tenant, id) }, 200);
    })
    .openapi(test, async (c) => {
      const { tenant, id } = c.req.valid('param');
      const attempt = () => testWebhook(adminOf(c), tenant, id, c.req.raw.signal);
      const tried = await turns.run(shareOf(c.var.caller), attempt);
      return c.json({ ...tried, at: tried.at.toISOString() }, 200);
    })
    .openapi(deliveries, async (c) => {
      const { tenant, id } = c.req.valid('param');
      const { limit, cursor } = c.req.valid('query');
      await knownWebhook({ database }, tenant, id);
      const position = positionIn(cursor, z.tuple([z.iso.datetime(), z.uuid()]));
      const before = position && { createdAt: new Date(position[0]), id: position[1] };
      const rows = await listDeliveries(db, tenant, id, { limit: limit + 1, ...(before && { before }) });
      const page = cutPage(rows, limit, (last) => [last.createdAt.toISOString(), last.id]);
      return c.json({ ...page, items: page.items.map(deliveryView) }, 200);
    })
    .openapi(resend, async (c) => {
      const { tenant, id, delivery } = c.req.valid('param');
      await resendDelivery(adminOf(c), tenant, delivery, id);
      const queued = await findDelivery(db, tenant, delivery);
      if (!queued) throw new ArrivageError('no_such_resource');
      return c.json(deliveryView(queued), 202);
    });
}
