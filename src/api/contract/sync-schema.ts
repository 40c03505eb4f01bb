import { z } from '@hono/zod-openapi';
import { escapes, lineEnds, quotes, repairs } from '../../model/format.ts';
import { syncStates } from '../../model/states.ts';
import { dataset, moment, reason, tenantId } from './schemas.ts';

/** A sync, as `syncView` shows it. */

const count = z.int();

const amount = z.string().openapi({ example: '1234.50' });
const sum = z.object({ rows: count, debit: amount, credit: amount, amount, balance: amount });
const totals = z
  .object({
    currencies: z
      .array(z.object({ currency: z.string(), read: sum, refused: sum, duplicate: sum, stored: sum }))
      .openapi({ description: 'The most used first, at most 10; `read` is the sum of the three others.' }),
    others: count.openapi({ description: 'Entries in other currencies.' }),
    unread: count.openapi({ description: 'Refused records whose amount cannot be read: in no sum.' }),
    hasBalance: z.boolean().openapi({ description: 'The file has a column of balances.' }),
    clients: z
      .object({ read: count, stored: count })
      .nullable()
      .openapi({ description: 'Clients that the entries name; null beyond 200,000.' }),
    confirmed: count.nullable().openapi({ description: 'The line of the file’s own total, where it agrees.' }),
  })
  .openapi('Totals');
const scopeSchema = z
  .object({
    text: z.string().openapi({ description: 'In words.', example: 'company Nord' }),
    parts: z.array(
      z.object({
        companies: z.array(z.string()).nullable().openapi({ description: 'Null: any.' }),
        journal: z.string().nullable(),
        from: z.iso.date().nullable().openapi({ description: 'Entries dated before are outside.' }),
      }),
    ),
  })
  .openapi('Scope');

const fileSchema = z
  .object({
    uploadId: z.guid(),
    dataset: dataset.nullable(),
    name: z.string(),
    size: count,
    sha256: z.string(),
    format: z.enum(['csv', 'fec', 'xlsx']).nullable(),
    encoding: z.string().nullable(),
    repairs: z
      .array(z.enum(repairs))
      .openapi({ description: 'What was done to the text before it was encoded, and was undone in all of the file.' }),
    delimiter: z.string().nullable(),
    quote: z.enum(quotes).nullable(),
    escape: z.enum(escapes).nullable(),
    lineEnds: z.enum(lineEnds).nullable(),
    sheet: z.string().nullable(),
    headerLine: count.nullable(),
    mode: z.enum(['snapshot', 'delta']),
    columns: z.record(z.string(), z.string()).openapi({ description: 'Column → the header it was read from.' }),
    mappingVersion: count,
    ...{ read: count, inserted: count, updated: count, unchanged: count, rejected: count, skipped: count },
    ...{ duplicate: count, settled: count, reopened: count },
    sameAsBefore: z.boolean(),
    totals: totals
      .nullable()
      .openapi({ description: 'Of entries; null for other files, and for syncs of an older version.' }),
    scope: scopeSchema.nullable().openapi({ description: 'Of which stored rows the silence of this snapshot speaks.' }),
    warnings: z.array(
      z.object({
        code: z.string(),
        column: z.string().nullable(),
        doubt: z
          .boolean()
          .openapi({ description: 'About money, dates, sides, names or codes: somebody should read it.' }),
        message: z.string(),
        count,
        examples: z.array(z.object({ line: count, value: z.string().nullable() })),
      }),
    ),
    quarantine: reason.nullable(),
    ignored: reason.nullable().openapi({ description: 'It lies beside the export and is none.' }),
  })
  .openapi('SyncFile');

const progressSchema = z
  .object({
    stage: z.enum(['fetch', 'waiting', 'parse', 'merge', 'commit', 'report']),
    bytesDone: count,
    bytesTotal: count,
    rowsDone: count,
  })
  .openapi('Progress');

export const syncSchema = z
  .object({
    id: count,
    tenant: tenantId,
    state: z.enum(syncStates),
    cause: z.string().openapi({ description: 'A trigger, `request`, `schedule`, `replay` or `revert`.' }),
    requestedBy: z.string().nullable(),
    approvedBy: z.string().nullable(),
    dryRun: z.boolean(),
    force: z.boolean(),
    datasets: z.array(dataset).nullable().openapi({ description: 'Which it was asked for; null: all.' }),
    fetch: z.boolean().openapi({ description: 'Begins with fetching from the tenant’s own server.' }),
    fetchFailures: count.openapi({ description: 'Fetches that failed one after another.' }),
    notBefore: moment.nullable().openapi({ description: 'When a fetch that failed is tried again.' }),
    reverts: count.nullable().openapi({ description: 'The sync that this one undoes.' }),
    revertedBy: count.nullable(),
    undone: z
      .array(z.object({ dataset, restored: count, removed: count }))
      .nullable()
      .openapi({ description: 'Of a revert: rows that have their values of before again, and rows that are gone.' }),
    incomplete: z.boolean(),
    missing: z.array(dataset),
    leftAtSource: z
      .object({
        how: z.enum(['move', 'delete']),
        count,
        files: z.array(z.object({ name: z.string(), reason })).openapi({ description: 'The first 20.' }),
      })
      .nullable()
      .openapi({ description: 'Files that were taken and could not be moved or deleted at their source.' }),
    attempts: count.openapi({ description: 'How often it was begun.' }),
    createdAt: moment,
    startedAt: moment.nullable(),
    finishedAt: moment.nullable(),
    error: reason.nullable(),
    guard: z.array(
      z.object({
        dataset,
        rule: z.enum(['settles_entries', 'settles_amount', 'few_rows']),
        measured: z.number(),
        allowed: z.number(),
      }),
    ),
    progress: progressSchema.nullable(),
    durations: z.record(z.string(), z.number()).openapi({ description: 'Milliseconds of each stage.' }),
    doubts: count.openapi({ description: 'How many remarks on its files are doubts.' }),
    files: z.array(fileSchema),
  })
  .openapi('Sync');

export type SyncShape = z.infer<typeof syncSchema>;
