import { z } from '@hono/zod-openapi';
import type { SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import { escapes, quotes, repairs } from '../model/format.ts';
import type { Warning } from '../model/rejection.ts';
import { syncStates } from '../model/states.ts';
import type { LeftAtSource, SyncFile } from '../model/sync.ts';
import type { Language } from '../model/tenant.ts';
import { scopeText } from '../report/scope-text.ts';
import { doubtsAmong, doubtsFirst, findingText, isDoubt } from '../validate/messages.ts';
import { reason, shownReason } from './contract/reason.ts';
import { dataset, moment, tenantId } from './contract/schemas.ts';

/** Syncs as the API shows them; the fields of files are those of `arrivage sync show --json`. */

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
    fetch: z.boolean().openapi({ description: 'Begins with fetching from the tenant’s own server.' }),
    notBefore: moment.nullable().openapi({ description: 'When a fetch that failed is tried again.' }),
    reverts: count.nullable().openapi({ description: 'The sync that this one undoes.' }),
    revertedBy: count.nullable(),
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

export function shownSync(sync: SyncWithFiles, language: Language): z.infer<typeof syncSchema> {
  const { id, tenantId: tenant, state, cause, requestedBy, approvedBy, dryRun, force, fetch, reverts } = sync;
  const { revertedBy, incomplete, missing, guard, progress, durations, error } = sync;
  return {
    ...{ id, tenant, state, cause, requestedBy, approvedBy, dryRun, force, fetch, reverts, revertedBy },
    ...{ incomplete, missing, progress },
    leftAtSource: sync.leftAtSource && shownLeft(sync.leftAtSource, language),
    notBefore: sync.notBefore?.toISOString() ?? null,
    createdAt: sync.createdAt.toISOString(),
    startedAt: sync.startedAt?.toISOString() ?? null,
    finishedAt: sync.finishedAt?.toISOString() ?? null,
    error: error && shownReason(error, language),
    guard: guard ?? [],
    durations: durations ?? {},
    doubts: doubtsAmong(sync.files.flatMap(({ warnings }) => warnings)),
    files: sync.files.map((file) => shownFile(file, language)),
  };
}

function shownLeft({ how, count, files }: LeftAtSource, language: Language) {
  return { how, count, files: files.map(({ name, ...why }) => ({ name, reason: shownReason(why, language) })) };
}

function shownWarning(warning: Warning, language: Language) {
  const { code, column, examples } = warning;
  const message = findingText(code, language, { column, value: examples[0]?.value ?? null });
  return { ...warning, doubt: isDoubt(code), message };
}

function shownFile(file: SyncFile, language: Language): z.infer<typeof fileSchema> {
  const { uploadId, name, size, sha256, mode, columns, mappingVersion, sameAsBefore, format } = file;
  const { read, inserted, updated, unchanged, rejected, skipped, duplicate, settled, reopened, quarantine } = file;
  const text = format?.kind === 'xlsx' ? null : format;
  return {
    ...{ uploadId, dataset: file.dataset, name, size, sha256, mode, columns, mappingVersion, sameAsBefore },
    totals: file.totals ?? null,
    warnings: doubtsFirst(file.warnings).map((warning) => shownWarning(warning, language)),
    ...{ read, inserted, updated, unchanged, rejected, skipped, duplicate, settled, reopened },
    format: format?.kind ?? null,
    encoding: text?.encoding ?? null,
    repairs: [...(text?.repairs ?? [])],
    delimiter: text?.delimiter ?? null,
    quote: text?.quote ?? null,
    escape: text?.escape ?? null,
    sheet: format?.kind === 'xlsx' ? format.sheet : null,
    headerLine: format?.headerLine ?? null,
    quarantine: quarantine && shownReason(quarantine, language),
    scope: shownScope(file, language),
    ignored: file.ignored ? shownReason(file.ignored, language) : null,
  };
}

/** Files that an older version has read say none. */
function shownScope({ scope }: SyncFile, language: Language): z.infer<typeof scopeSchema> | null {
  if (!scope) return null;
  const parts = scope.map(({ companies, journal, from }) => ({
    companies: companies && [...companies],
    journal,
    from,
  }));
  return { text: scopeText(scope, language), parts };
}
