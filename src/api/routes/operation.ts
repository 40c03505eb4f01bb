import { z } from '@hono/zod-openapi';
import { pageOfAudit } from '../../db/queries/access/audit.ts';
import { tenantStatus } from '../../db/queries/tenants/status.ts';
import { ArrivageError } from '../../errors.ts';
import { anyNodeLives } from '../../queue/node.ts';
import { createRouter, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json } from '../contract/endpoint.ts';
import { cutPage, pageOf, pageQuery, positionIn } from '../contract/pagination.ts';
import { reaches } from '../middleware/permit.ts';
import { moment } from '../contract/schemas.ts';

const auditSchema = z
  .object({
    id: z.int(),
    at: moment,
    tenant: z.string().nullable().openapi({ description: 'Null where it concerns none.' }),
    actor: z.string().openapi({ description: 'A username, `cli:…` or `key:…`; empty where nobody is known.' }),
    action: z.string().openapi({ example: 'sign_in.refused' }),
    detail: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEntry');

const word = z.string().max(200).optional();

const audit = endpoint('manage', {
  method: 'get',
  path: '/audit',
  tags: ['operation'],
  operationId: 'listAudit',
  summary: 'Who did what, sign-ins and refusals included',
  description: 'A tenant’s key sees the entries of its tenant.',
  request: {
    query: pageQuery.extend({
      tenant: word,
      actor: word,
      action: word,
      since: moment.optional(),
      until: moment.optional().openapi({ description: 'Before this time.' }),
    }),
  },
  responses: { 200: json(pageOf(auditSchema), 'A page of entries, newest first.') },
});

const count = z.int();
const statusSchema = z
  .object({
    workerRunning: z.boolean().openapi({ description: 'Some server imports.' }),
    freeBytes: z.int().nullable().openapi({ description: 'On the disk of the data folder; for the operator only.' }),
    tenants: z.array(
      z.object({
        id: z.string(),
        state: z.string(),
        waiting: count.openapi({ description: 'Uploads that no sync has taken yet.' }),
        aside: count.openapi({ description: 'Uploads that were put aside.' }),
        queued: count,
        running: count,
        held: count,
        failed: count.openapi({ description: 'In the last 24 hours.' }),
        lastUpload: moment.nullable(),
        lastApplied: moment.nullable(),
      }),
    ),
  })
  .openapi('Status');
export type StatusShape = z.infer<typeof statusSchema>;

const status = endpoint('read', {
  method: 'get',
  path: '/status',
  tags: ['operation'],
  operationId: 'readStatus',
  summary: 'Whether imports run, and how each tenant stands',
  description: 'A tenant’s key sees its tenant.',
  responses: { 200: json(statusSchema, 'The state of this moment.') },
});

export function operationRoutes({ database, freeBytes }: ApiOptions): Router {
  return createRouter()
    .openapi(audit, async (c) => {
      const { limit, cursor, tenant, actor, action, since, until } = c.req.valid('query');
      const { caller } = c.var;
      if (tenant !== undefined && !reaches(caller, tenant)) throw new ArrivageError('no_such_resource');
      const position = positionIn(cursor, z.tuple([z.string().max(40), z.int()]));
      const only = caller.tenant ?? tenant;
      const filter = {
        ...(only !== undefined && { tenant: only }),
        ...(actor !== undefined && { actor }),
        ...(action !== undefined && { action }),
        ...(since !== undefined && { since: new Date(since) }),
        ...(until !== undefined && { until: new Date(until) }),
      };
      const before = position && { at: position[0], id: position[1] };
      const rows = await pageOfAudit(database.db, filter, { limit: limit + 1, ...(before && { before }) });
      const page = cutPage(rows, limit, (last) => [last.position, last.id]);
      const items = page.items.map(({ tenantId, at, position: _, ...entry }) => ({
        ...{ ...entry, tenant: tenantId === '' ? null : tenantId, at: at.toISOString() },
      }));
      return c.json({ ...page, items }, 200);
    })
    .openapi(status, async (c) => {
      const { tenant } = c.var.caller;
      const tenants = await tenantStatus(database.sql, tenant ?? undefined);
      return c.json(
        {
          workerRunning: await anyNodeLives(database),
          freeBytes: tenant === null ? await freeBytes() : null,
          tenants: tenants.map(({ lastUpload, lastApplied, ...each }) => ({
            ...each,
            lastUpload: lastUpload?.toISOString() ?? null,
            lastApplied: lastApplied?.toISOString() ?? null,
          })),
        },
        200,
      );
    });
}
