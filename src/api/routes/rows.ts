import { z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { rowColumns, type ColumnKind } from '../../db/queries/rows/columns.ts';
import {
  positionOf,
  someRows,
  sortable,
  withRows,
  type RowFilters,
  type RowQuery,
  type RowSort,
} from '../../db/queries/rows/rows.ts';
import { datasets, type Dataset } from '../../model/dataset.ts';
import { entryTypes } from '../../model/mapping.ts';
import { BOM } from '../../report/csv-line.ts';
import { openSeats, type Seats } from '../../base/shares.ts';
import { createRouter, notedExport, type ApiContext, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint } from '../contract/endpoint.ts';
import { cutPage, pageOf, pageQuery, positionIn } from '../contract/pagination.ts';
import { csvHeader, csvLines, ndjsonLines, type LineOf } from '../streams/row-lines.ts';
import { day, moment, tenantPath } from '../contract/schemas.ts';
import { LONGEST_READING_MS, streamed } from '../streams/streamed.ts';
import { today } from '../contract/today.ts';

const code = z.string().max(200);
const flag = z.enum(['true', 'false']);

const schemas: Readonly<Record<ColumnKind, z.ZodType>> = {
  text: z.string(),
  uuid: z.guid(),
  date: day,
  decimal: z.string().openapi({ example: '1234.50' }),
  integer: z.int(),
  boolean: z.boolean(),
  json: z.record(z.string(), z.string()).openapi({ description: 'Columns of the file that arrivage does not know.' }),
  moment,
};

const names: Readonly<Record<Dataset, string>> = { clients: 'Client', contacts: 'Contact', ecritures: 'Ecriture' };

/** A row as JSON; the columns are those of the table. */
const rowSchema = (dataset: Dataset) =>
  z
    .object(
      Object.fromEntries(
        rowColumns[dataset].map(({ property, kind, nullable }) => [
          property,
          nullable ? schemas[kind].nullable() : schemas[kind],
        ]),
      ),
    )
    .openapi(names[dataset]);

const common = {
  clientCode: code.optional(),
  company: code.optional(),
  changedSince: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .openapi({ description: 'Inserted or changed by a later sync than this.' }),
};
const textIn = (what: string) =>
  z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: `Text anywhere in ${what}, whatever its case.` });

const filters = {
  clients: { ...common, q: textIn('code or name'), active: flag.optional() },
  contacts: { ...common, q: textIn('name or e-mail'), active: flag.optional() },
  ecritures: {
    ...common,
    q: textIn('piece number or label'),
    status: z.enum(['open', 'settled', 'settled_presumed']).optional(),
    entryType: z.enum(entryTypes).optional(),
    dueBefore: day.optional(),
    dueAfter: day.optional(),
    overdue: z.literal('true').optional().openapi({ description: 'Open, and due before today (Europe/Paris).' }),
  },
} as const satisfies Record<Dataset, z.ZodRawShape>;

type Asked = Partial<z.infer<z.ZodObject<(typeof filters)['ecritures'] & (typeof filters)['clients']>>> & {
  sort?: string | undefined;
};

/** The kinds of answer; all but the first are whole lists. */
const JSON_PAGE = 'application/json';
const CSV = 'text/csv';
const NDJSON = 'application/x-ndjson';

const description = [
  'A page as JSON, by `key` unless `sort` is given.',
  `With \`Accept: ${CSV}\` or \`${NDJSON}\` all rows as of one moment, as a stream; \`limit\` and \`cursor\` do not apply.`,
  'CSV: UTF-8 with BOM, `;`, CRLF, the decimal mark of the tenant’s language, no cell a formula for a spreadsheet.',
].join('\n');

function listOf(dataset: Dataset) {
  const orders = sortable(dataset).flatMap((property) => [property, `-${property}`]);
  return endpoint('read', {
    method: 'get',
    path: `/tenants/{tenant}/${dataset}`,
    tags: ['rows'],
    operationId: `list${names[dataset]}s`,
    summary: `Read the ${dataset} of a tenant`,
    description,
    request: {
      params: tenantPath,
      query: pageQuery.extend({
        ...filters[dataset],
        sort: z.enum(orders).optional().openapi({ description: '`-`: descending. Reads all rows for each page.' }),
      }),
    },
    responses: {
      200: {
        description: `A page of ${dataset}, or all of them.`,
        content: {
          [JSON_PAGE]: { schema: pageOf(rowSchema(dataset)) },
          [CSV]: { schema: z.string() },
          [NDJSON]: { schema: z.string() },
        },
      },
    },
  });
}

export function rowRoutes(options: ApiOptions): Router {
  const seats = openSeats({ perOwner: 2, inAll: 4 });
  const router = createRouter();
  for (const dataset of datasets)
    router.openapi(listOf(dataset), async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const asked = c.req.valid('query') as Asked;
      const sort = sortOf(asked.sort);
      const query = { filters: filtersOf(asked, options.now()), ...(sort && { sort }) };
      const type = accepts(c, { header: 'Accept', supports: [JSON_PAGE, CSV, NDJSON], default: JSON_PAGE });
      if (type !== JSON_PAGE) return stream(c, dataset, query, type, seats);
      const after = positionIn(cursor, z.tuple([z.literal(asked.sort ?? ''), z.string().nullable(), z.guid()]));
      // Page after page it is an export, too.
      if (after) notedExport(c, c.var.tenant.id, 'rows.export', { dataset, type });
      const rows = await someRows(
        options.database.sql,
        c.var.tenant.id,
        dataset,
        { ...query, ...(after && { after: [after[1], after[2]] }) },
        limit + 1,
      );
      return c.json(
        cutPage(rows, limit, (last) => [asked.sort ?? '', ...positionOf(dataset, sort, last)]),
        200,
      );
    });
  return router;
}

function sortOf(asked: string | undefined): RowSort | undefined {
  if (asked === undefined) return undefined;
  return { property: asked.replace(/^-/, ''), descending: asked.startsWith('-') };
}

function filtersOf(asked: Asked, now: number): RowFilters {
  const { q, active, overdue, clientCode, company, changedSince, status, entryType, dueBefore, dueAfter } = asked;
  const set = { clientCode, company, changedSince, status, entryType, dueBefore, dueAfter };
  const given = Object.entries(set).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as RowFilters),
    ...(q !== undefined && { text: q }),
    ...(active !== undefined && { active: active === 'true' }),
    ...(overdue === 'true' && { overdueOn: today(now) }),
  };
}

const PIECE = 64 * 1024;

function stream(c: ApiContext, dataset: Dataset, query: RowQuery, type: string, seats: Seats): Response {
  const { options, tenant } = c.var;
  const columns = rowColumns[dataset];
  const isCsv = type === CSV;
  const lineOf: LineOf = isCsv ? csvLines(columns, tenant.language) : ndjsonLines(columns);
  notedExport(c, tenant.id, 'rows.export', { dataset, type });
  c.header('content-disposition', `attachment; filename="${dataset}.${isCsv ? 'csv' : 'ndjson'}"`);
  return streamed(
    c,
    `${type}; charset=utf-8`,
    (write) =>
      withRows(options.database.sql, tenant.id, dataset, query, async (batches) => {
        let piece = isCsv ? BOM + csvHeader(columns) : '';
        for await (const batch of batches) {
          for (const cells of batch) piece += lineOf(cells);
          if (piece.length < PIECE) continue;
          await write(piece);
          piece = '';
        }
        await write(piece);
      }),
    { seats, longestMs: LONGEST_READING_MS },
  );
}
