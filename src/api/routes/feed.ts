import { z } from '@hono/zod-openapi';
import { endOfFeed, feedPage, type FeedPosition } from '../../db/queries/events/feed.ts';
import { datasets } from '../../model/dataset.ts';
import { createRouter, notedExport, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json } from '../contract/endpoint.ts';
import { InvalidRequest } from '../contract/invalid.ts';
import { dataset, tenantPath } from '../contract/schemas.ts';

const changes = ['inserted', 'updated', 'settled', 'reopened', 'deactivated', 'removed'] as const;

const row = z.record(z.string(), z.unknown()).nullable();
export const changeSchema = z
  .object({
    syncId: z.int(),
    dataset,
    change: z.enum(changes),
    key: z.guid(),
    row: row.openapi({ description: 'As `list…` shows it, now: later syncs may have changed it. Null: it is gone.' }),
    before: row.openapi({
      description:
        'What it said before the sync, without empty columns; of a row that vanished, only what that changed. Null: it was not there.',
    }),
  })
  .openapi('FeedChange');
export type ChangeShape = z.infer<typeof changeSchema>;

const feed = endpoint('read', {
  method: 'get',
  path: '/tenants/{tenant}/changes',
  tags: ['rows'],
  operationId: 'readChanges',
  summary: 'Follow what syncs change, for software that keeps a copy',
  description: [
    'Applied syncs in the order in which they were applied, each by dataset and key.',
    'Keep `next` and come back with it: at once while `hasMore`, else after the next sync.',
    'Whoever takes `row` as it is, and drops what is gone, ends with the rows as they stand.',
  ].join('\n'),
  request: {
    params: tenantPath,
    query: z.object({
      since: z
        .string()
        .regex(/^(latest|\d{1,15}(\.[a-z]{1,20}\.[0-9a-f-]{36})?)$/)
        .default('0')
        .openapi({
          description:
            '`next` of the answer before; the number of a sync, to begin behind it; `latest`, to learn where now is. ' +
            'From the very beginning where it is not given.',
        }),
      limit: z.coerce.number().int().min(1).max(1000).default(500),
    }),
  },
  responses: {
    200: json(
      z.object({ items: z.array(changeSchema), next: z.string(), hasMore: z.boolean() }),
      'The changes behind `since`.',
    ),
  },
});

export function feedRoutes({ database: { sql } }: ApiOptions): Router {
  return createRouter().openapi(feed, async (c) => {
    const { since, limit } = c.req.valid('query');
    const tenant = c.var.tenant.id;
    if (since === 'latest')
      return c.json({ items: [], next: textOf(await endOfFeed(sql, tenant)), hasMore: false }, 200);
    const position = positionOf(since);
    const page = position && (await feedPage(sql, tenant, position, limit));
    if (!page) throw new InvalidRequest([{ in: 'query', field: 'since', message: 'since' }]);
    const items = page.items as z.infer<typeof changeSchema>[];
    if (items.length > 0) notedExport(c, tenant, 'changes.export', { feed: true });
    return c.json({ items, next: textOf(page.next), hasMore: page.hasMore }, 200);
  });
}

/** `12`, or within a sync `12.ecritures.<key>`. */
const textOf = ({ syncId, behind }: FeedPosition): string =>
  behind ? `${syncId}.${behind.dataset}.${behind.key}` : String(syncId);

function positionOf(text: string): FeedPosition | undefined {
  const [syncId, name, key] = text.split('.');
  if (name === undefined || key === undefined) return { syncId: Number(syncId), behind: null };
  const found = datasets.find((each) => each === name);
  if (!found || !z.guid().safeParse(key).success) return undefined;
  return { syncId: Number(syncId), behind: { dataset: found, key } };
}
