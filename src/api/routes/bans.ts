import { z } from '@hono/zod-openapi';
import { liftBan } from '../../admin/bans.ts';
import { listBans } from '../../db/queries/access/penalties.ts';
import { banKinds, banSides } from '../../model/ban.ts';
import { adminOf, createRouter, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json, jsonBody } from '../contract/endpoint.ts';
import { moment } from '../contract/schemas.ts';

const subject = z.string().openapi({ example: '192.0.2.1' });
const banSchema = z
  .object({
    side: z.enum(banSides).openapi({ description: 'Where sign-ins failed: at the doors for files, or at the API.' }),
    kind: z.enum(banKinds),
    subject: subject.openapi({ description: 'An IPv4 address, an IPv6 /64, or a username.' }),
    since: moment,
    until: moment,
  })
  .openapi('Ban');
const lifted = z.object({ items: z.array(banSchema.pick({ kind: true, subject: true })) });

const tags = ['operation'];

const list = endpoint('operator', {
  method: 'get',
  path: '/bans',
  tags,
  operationId: 'listBans',
  summary: 'Whom too many failed sign-ins keep out at present',
  responses: { 200: json(z.object({ items: z.array(banSchema) }), 'Bans, the latest first, at most 1000.') },
});

const lift = endpoint(
  'operator',
  {
    method: 'post',
    path: '/bans/lift',
    tags,
    operationId: 'liftBan',
    summary: 'Let an address or a username sign in again',
    description: 'Every process follows within seconds, and counts from nought again.',
    request: { body: jsonBody(z.strictObject({ subject: z.string().min(1).max(100) })) },
    responses: { 200: json(lifted, 'What was lifted.') },
  },
  [404],
);

export function banRoutes({ database }: ApiOptions): Router {
  return createRouter()
    .openapi(list, async (c) => {
      const items = (await listBans(database)).map(({ since, until, ...ban }) => ({
        ...{ ...ban, since: since.toISOString(), until: until.toISOString() },
      }));
      return c.json({ items }, 200);
    })
    .openapi(lift, async (c) => c.json({ items: await liftBan(adminOf(c), c.req.valid('json').subject) }, 200));
}
