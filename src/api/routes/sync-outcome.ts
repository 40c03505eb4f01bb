import { z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { Writable } from 'node:stream';
import { syncView } from '../../admin/sync-view.ts';
import { spoken } from '../../admin/wording.ts';
import { changesOfSync } from '../../db/queries/events/feed.ts';
import { pageOfRejections, rejectionsOf } from '../../db/queries/rows/rejections.ts';
import { fromStored } from '../../db/queries/rows/columns.ts';
import type { SyncWithFiles } from '../../db/queries/syncs/syncs.ts';
import { findTenant } from '../../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../../errors.ts';
import type { ReportedRejection } from '../../model/report.ts';
import type { Language } from '../../model/tenant.ts';
import { headline } from '../../report/headline.ts';
import { rejectionsCsv } from '../../report/rejections-csv.ts';
import { storedReport } from '../../report/stored-report.ts';
import { summaryText } from '../../report/summary.ts';
import { openSeats, type Seats } from '../../base/shares.ts';
import { findingText } from '../../validate/messages.ts';
import { createRouter, notedExport, type ApiContext, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json } from '../contract/endpoint.ts';
import { cutPage, pageOf, pageQuery, positionIn } from '../contract/pagination.ts';
import { dataset } from '../contract/schemas.ts';
import { LONGEST_READING_MS, streamed, type Write } from '../streams/streamed.ts';
import { syncSchema } from '../contract/sync-schema.ts';
import { changeSchema } from './feed.ts';
import { namedSync, syncPath } from './syncs.ts';

const tags = ['syncs'];
const JSON_TYPE = 'application/json';
const TEXT = 'text/plain';
const CSV = 'text/csv';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const rejection = z
  .object({
    fileNo: z.int().openapi({ description: 'Its place among the files of the sync, from 1.' }),
    file: z.string(),
    line: z.int(),
    column: z.string().nullable(),
    code: z.string(),
    value: z.string().nullable(),
    message: z.string(),
    raw: z.string().openapi({ description: 'The record as it stood in the file.' }),
  })
  .openapi('Rejection');
export type RejectionShape = z.infer<typeof rejection>;

const report = endpoint('read', {
  method: 'get',
  path: '/syncs/{sync}/report',
  tags,
  operationId: 'readSyncReport',
  summary: 'Read the report of a sync',
  description: `With \`Accept: ${TEXT}\` as its sender finds it in \`reports/\`.`,
  request: { params: syncPath },
  responses: {
    200: {
      description: 'The report.',
      content: {
        [JSON_TYPE]: {
          schema: syncSchema
            .extend({
              headline: z.string(),
              rejections: z.array(rejection).openapi({ description: 'The first of each file, 20 at most.' }),
            })
            .openapi('SyncReport'),
        },
        [TEXT]: { schema: z.string() },
      },
    },
  },
});

const rejections = endpoint('read', {
  method: 'get',
  path: '/syncs/{sync}/rejections',
  tags,
  operationId: 'listRejections',
  summary: 'Read the records that a sync refused',
  description: `A page as JSON; with \`Accept: ${CSV}\` or \`${XLSX}\` all of them, for people.`,
  request: { params: syncPath, query: pageQuery },
  responses: {
    200: {
      description: 'A page of rejections, or all of them.',
      content: {
        [JSON_TYPE]: { schema: pageOf(rejection) },
        [CSV]: { schema: z.string() },
        [XLSX]: { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
  },
});

const changes = endpoint('read', {
  method: 'get',
  path: '/syncs/{sync}/changes',
  tags,
  operationId: 'listSyncChanges',
  summary: 'Read which rows a sync changed',
  description: 'Of a dry run or a held sync: examples of what it would change, at most 200.',
  request: { params: syncPath, query: pageQuery },
  responses: { 200: json(pageOf(changeSchema), 'A page of changes, by dataset and key.') },
});

export function syncOutcomeRoutes({ database: { db, sql } }: ApiOptions): Router {
  const seats = openSeats({ perOwner: 2, inAll: 4 });

  async function tenantOf({ tenantId }: SyncWithFiles) {
    const tenant = await findTenant(db, tenantId);
    if (!tenant) throw new ArrivageError('no_such_resource');
    return tenant;
  }

  return createRouter()
    .openapi(report, async (c) => {
      const sync = await namedSync(c);
      const { language } = c.var;
      const stored = await storedReport(sql, await tenantOf(sync), sync);
      const type = accepts(c, { header: 'Accept', supports: [JSON_TYPE, TEXT], default: JSON_TYPE });
      if (type === TEXT) return c.text(summaryText(stored), 200);
      const localised = { ...stored, tenant: { ...stored.tenant, language } };
      return c.json(
        {
          ...syncView(sync, spoken(language)),
          headline: headline(localised),
          rejections: stored.rejections.map((each) => shownRejection(sync, each, language)),
        },
        200,
      );
    })
    .openapi(rejections, async (c) => {
      const sync = await namedSync(c);
      const type = accepts(c, { header: 'Accept', supports: [JSON_TYPE, CSV, XLSX], default: JSON_TYPE });
      if (type !== JSON_TYPE) {
        const { language } = await tenantOf(sync);
        return allRejections(c, sync, language, type, seats);
      }
      const { limit, cursor } = c.req.valid('query');
      const after = positionIn(cursor, z.tuple([z.int(), z.int(), z.string().regex(/^\(\d+,\d+\)$/)]));
      const key = { tenantId: sync.tenantId, syncId: sync.id };
      if (after) notedExport(c, sync.tenantId, 'rejections.export', { syncId: sync.id, type });
      const found = await pageOfRejections(sql, key, { after, limit: limit + 1 });
      const { items, next } = cutPage(found, limit, ({ position }) => position);
      return c.json({ items: items.map((each) => shownRejection(sync, each.rejection, c.var.language)), next }, 200);
    })
    .openapi(changes, async (c) => {
      const sync = await namedSync(c);
      const { limit, cursor } = c.req.valid('query');
      if (sync.state !== 'applied') {
        const [from] = positionIn(cursor, z.tuple([z.int().min(0)])) ?? [0];
        return c.json(
          cutPage(previewOf(sync).slice(from), limit, () => [from + limit]),
          200,
        );
      }
      const after = positionIn(cursor, z.tuple([dataset, z.guid()]));
      if (after) notedExport(c, sync.tenantId, 'changes.export', { syncId: sync.id });
      const behind = after ? { dataset: after[0], key: after[1] } : null;
      const found = await changesOfSync(sql, sync.tenantId, sync.id, { behind, limit: limit + 1 });
      const page = cutPage(found, limit, (last) => [last.dataset, last.key]);
      return c.json({ ...page, items: page.items as z.infer<typeof changeSchema>[] }, 200);
    });
}

function shownRejection(sync: SyncWithFiles, rejected: ReportedRejection, language: Language) {
  const { fileNo, line, column, code, value, raw } = rejected;
  const file = sync.files.find((each) => each.fileNo === fileNo)?.name ?? '';
  return { fileNo, file, line, column, code, value, message: findingText(code, language, { column, value }), raw };
}

function previewOf(sync: SyncWithFiles): z.infer<typeof changeSchema>[] {
  return (sync.preview ?? []).map(({ dataset: of, change, key, before, after }) => ({
    ...{ syncId: sync.id, dataset: of, change, key },
    row: after && fromStored(of, after),
    before: before && fromStored(of, before),
  }));
}

function allRejections(c: ApiContext, sync: SyncWithFiles, language: Language, type: string, seats: Seats): Response {
  const { sql } = c.var.options.database;
  notedExport(c, sync.tenantId, 'rejections.export', { syncId: sync.id, type });
  const key = { tenantId: sync.tenantId, syncId: sync.id };
  const fileNos = [...new Set(sync.files.map(({ fileNo }) => fileNo))];
  const context = { language, files: sync.files };
  c.header('content-disposition', `attachment; filename="rejections-${sync.id}.${type === CSV ? 'csv' : 'xlsx'}"`);
  return streamed(
    c,
    type === CSV ? `${CSV}; charset=utf-8` : type,
    async (write) => {
      await sql.begin('isolation level repeatable read read only', async (tx) => {
        const found = rejectionsOf(tx, key, fileNos);
        if (type === CSV) for await (const piece of rejectionsCsv(found, context)) await write(piece);
        else await workbook(found, context, write);
      });
    },
    { seats, longestMs: LONGEST_READING_MS },
  );
}

/** exceljs takes half a second to load, which every other answer does without. */
async function workbook(
  found: AsyncIterable<ReportedRejection>,
  context: Parameters<typeof rejectionsCsv>[1],
  write: Write,
): Promise<void> {
  const { rejectionsXlsx } = await import('../../report/rejections-xlsx.ts');
  const output = new Writable({
    write: (chunk: Uint8Array, _, done) => {
      write(chunk).then(() => done(), done);
    },
  });
  await rejectionsXlsx(found, context, output);
}
