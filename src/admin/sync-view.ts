import type { SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import type { Warning } from '../model/rejection.ts';
import type { SyncFile } from '../model/sync.ts';
import { scopeText } from '../report/scope-text.ts';
import { doubtsAmong, doubtsFirst, isDoubt } from '../validate/messages.ts';
import type { Wording } from './wording.ts';

/** A sync as every front shows it: programs rely upon the names of the fields. Moments are ISO 8601 in UTC. */
export function syncView<Reason, Texts extends object>(sync: SyncWithFiles, wording: Wording<Reason, Texts>) {
  const { id, tenantId: tenant, state, cause, requestedBy, approvedBy, dryRun, force, datasets, fetch } = sync;
  const { fetchFailures, reverts, revertedBy, undone, incomplete, missing, progress, attempts } = sync;
  const { leftAtSource, notBefore, createdAt, startedAt, finishedAt, error, guard, durations, files } = sync;
  return {
    ...{ id, tenant, state, cause, requestedBy, approvedBy, dryRun, force, datasets, fetch, fetchFailures },
    ...{ reverts, revertedBy, undone, incomplete, missing, progress, attempts },
    leftAtSource: leftAtSource && {
      ...{ how: leftAtSource.how, count: leftAtSource.count },
      files: leftAtSource.files.map(({ name, ...why }) => ({ name, reason: wording.reason(why) })),
    },
    notBefore: notBefore?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    error: error && wording.reason(error),
    guard: guard ?? [],
    durations: durations ?? {},
    doubts: doubtsAmong(files.flatMap(({ warnings }) => warnings)),
    files: files.map((file) => fileView(file, wording)),
  };
}

function fileView<Reason, Texts extends object>(file: SyncFile, wording: Wording<Reason, Texts>) {
  const { uploadId, dataset, name, size, sha256, mode, columns, mappingVersion, sameAsBefore, format, scope } = file;
  const { read, inserted, updated, unchanged, rejected, skipped, duplicate, settled, reopened } = file;
  const text = format?.kind === 'xlsx' ? null : format;
  return {
    ...{ uploadId, dataset, name, size, sha256, mode, columns, mappingVersion, sameAsBefore },
    totals: file.totals ?? null,
    warnings: doubtsFirst(file.warnings).map((warning) => warningView(warning, wording)),
    ...{ read, inserted, updated, unchanged, rejected, skipped, duplicate, settled, reopened },
    format: format?.kind ?? null,
    encoding: text?.encoding ?? null,
    repairs: [...(text?.repairs ?? [])],
    delimiter: text?.delimiter ?? null,
    quote: text?.quote ?? null,
    escape: text?.escape ?? null,
    lineEnds: text?.lineEnds ?? null,
    sheet: format?.kind === 'xlsx' ? format.sheet : null,
    headerLine: format?.headerLine ?? null,
    quarantine: file.quarantine && wording.reason(file.quarantine),
    // Files that an older version has read have none.
    scope: scope && {
      text: scopeText(scope, wording.language),
      parts: scope.map(({ companies, journal, from }) => ({ companies: companies && [...companies], journal, from })),
    },
    ignored: file.ignored ? wording.reason(file.ignored) : null,
  };
}

function warningView<Texts extends object>(warning: Warning, { finding }: Wording<unknown, Texts>) {
  const { code, column, examples } = warning;
  return { ...warning, doubt: isDoubt(code), ...finding(code, { column, value: examples[0]?.value ?? null }) };
}
