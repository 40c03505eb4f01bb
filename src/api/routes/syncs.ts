import { z } from '@hono/zod-openapi';
import { approveSync, discardSync, replaySync, requestSync, revertSync } from '../../admin/syncs.ts';
import { syncView } from '../../admin/sync-view.ts';
import { spoken } from '../../admin/wording.ts';
import { findSync, listSyncs, type SyncWithFiles } from '../../db/queries/syncs/syncs.ts';
import { datasets as allDatasets } from '../../model/dataset.ts';
import { adminOf, createRouter, type ApiContext, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json } from '../contract/endpoint.ts';
import { cutPage, pageOf, pageQuery, positionIn } from '../contract/pagination.ts';
import { owned } from '../middleware/permit.ts';
import { dataset, given, tenantPath } from '../contract/schemas.ts';
import { syncSchema } from '../contract/sync-schema.ts';
import { syncStates } from '../../model/states.ts';

const tags = ['syncs'];

export const syncPath = z.object({ sync: z.string().openapi({ param: { in: 'path', name: 'sync' }, example: '12' }) });
const location = z.object({ location: z.string().openapi({ description: 'Of the sync.' }) });
const queued = { ...json(syncSchema, 'It is queued.'), headers: location };

const list = endpoint('read', {
  method: 'get',
  path: '/tenants/{tenant}/syncs',
  tags,
  operationId: 'listSyncs',
  summary: 'List the syncs of a tenant, the latest first',
  request: { params: tenantPath, query: pageQuery.extend({ state: z.enum(syncStates).optional() }) },
  responses: { 200: json(pageOf(syncSchema), 'A page of syncs.') },
});

const wish = z
  .object({
    dryRun: z.boolean().optional().openapi({ description: 'Everything up to the merge, then back.' }),
    force: z.boolean().optional().openapi({ description: 'Import even what was imported before.' }),
    datasets: z.array(dataset).min(1).max(allDatasets.length).optional().openapi({ description: 'Only these.' }),
    again: z.array(z.guid()).min(1).max(200).optional().openapi({
      description:
        'Of a tenant in `validation`: uploads that earlier trials took or put aside, which this one is to take too.',
    }),
  })
  .strict()
  .openapi('SyncRequest');

const request = endpoint('sync', {
  method: 'post',
  path: '/tenants/{tenant}/syncs',
  tags,
  operationId: 'requestSync',
  summary: 'Start a sync now',
  description: [
    'It fetches first where the tenant has a connector, and takes what waits.',
    'While one is under way the answer is that one, with 200.',
  ].join('\n'),
  request: { params: tenantPath, body: { required: false, content: { 'application/json': { schema: wish } } } },
  responses: { 200: { ...json(syncSchema, 'One was under way.'), headers: location }, 202: queued },
});

const read = endpoint('read', {
  method: 'get',
  path: '/syncs/{sync}',
  tags,
  operationId: 'readSync',
  summary: 'Read a sync: its state, progress, files and counts',
  request: { params: syncPath },
  responses: { 200: json(syncSchema, 'The sync.') },
});

const decision = (scope: 'sync' | 'manage', name: string, summary: string, ok: 'queued' | 'done') =>
  endpoint(
    scope,
    {
      method: 'post',
      path: `/syncs/{sync}/${name}`,
      tags,
      operationId: `${name}Sync`,
      summary,
      request: { params: syncPath },
      responses: ok === 'queued' ? { 202: queued } : { 200: json(syncSchema, 'The sync as it is now.') },
    },
    [409],
  );

const approve = decision('manage', 'approve', 'Let a held sync pass the guard; it runs again from its files', 'queued');
const discard = decision('manage', 'discard', 'Give a held sync up; nothing of it is imported', 'done');
const replay = decision('sync', 'replay', 'Import the files of a sync once more, even what is unchanged', 'queued');
const revert = decision('manage', 'revert', 'Undo the latest applied sync of its tenant', 'queued');

export function syncRoutes({ database }: ApiOptions): Router {
  const { db } = database;

  /** The sync as it is after a decision, which is at another address where the decision made one. */
  async function answer(c: ApiContext, id: number, status: 200 | 202) {
    const sync = owned(c, await findSync(db, id));
    c.header('location', `/v1/syncs/${id}`);
    return c.json(syncView(sync, spoken(c.var.language)), status as 202);
  }

  return createRouter()
    .openapi(list, async (c) => {
      const { limit, cursor, state } = c.req.valid('query');
      const [before] = positionIn(cursor, z.tuple([z.int()])) ?? [];
      const found = await listSyncs(db, c.var.tenant.id, limit + 1, { before, state });
      const { items, next } = cutPage(found, limit, ({ id }) => [id]);
      return c.json({ items: items.map((sync) => syncView(sync, spoken(c.var.language))), next }, 200);
    })
    .openapi(request, async (c) => {
      // Without a content type there is no body, and zod-openapi leaves it undefined.
      const asked = given((c.req.valid('json') as z.infer<typeof wish> | undefined) ?? {});
      const { syncId, created } = await requestSync(adminOf(c), c.var.tenant, asked);
      return answer(c, syncId, created ? 202 : 200);
    })
    .openapi(read, async (c) => c.json(syncView(await namedSync(c), spoken(c.var.language)), 200))
    .openapi(approve, async (c) => {
      const sync = await namedSync(c);
      await approveSync(adminOf(c), sync);
      return answer(c, sync.id, 202);
    })
    .openapi(discard, async (c) => {
      const sync = await namedSync(c);
      await discardSync(adminOf(c), sync);
      return answer(c, sync.id, 200);
    })
    .openapi(replay, async (c) => answer(c, await replaySync(adminOf(c), await namedSync(c)), 202))
    .openapi(revert, async (c) => answer(c, await revertSync(adminOf(c), await namedSync(c)), 202));
}

/** The sync that the path names, if it is the caller's. @throws no_such_resource */
export async function namedSync(c: ApiContext): Promise<SyncWithFiles> {
  const id = c.req.param('sync') ?? '';
  return owned(c, /^\d{1,15}$/.test(id) ? await findSync(c.var.options.database.db, Number(id)) : undefined);
}
