import type { SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import type { Warning } from '../model/rejection.ts';
import type { SyncFile } from '../model/sync.ts';
import type { Language } from '../model/tenant.ts';
import { scopeText } from '../report/scope-text.ts';
import { doubtsAmong, doubtsFirst, findingText, isDoubt } from '../validate/messages.ts';

/** A sync as scripts read it: the names of the fields are relied upon. */
export function syncJson(sync: SyncWithFiles) {
  const { id, tenantId, state, incomplete, missing, cause, dryRun, force, approvedBy, attempts, error } = sync;
  const { requestedBy, datasets, fetch, fetchFailures, notBefore, reverts, undone, revertedBy, leftAtSource } = sync;
  return {
    id,
    tenant: tenantId,
    state,
    incomplete,
    missing,
    leftAtSource,
    cause,
    dryRun,
    force,
    requestedBy,
    datasets,
    fetch,
    fetchFailures,
    notBefore,
    approvedBy,
    reverts,
    undone,
    revertedBy,
    attempts,
    createdAt: sync.createdAt,
    startedAt: sync.startedAt,
    finishedAt: sync.finishedAt,
    error,
    guard: sync.guard ?? [],
    progress: sync.progress,
    durations: sync.durations ?? {},
    doubts: doubtsAmong(sync.files.flatMap(({ warnings }) => warnings)),
    files: sync.files.map(fileJson),
  };
}

function fileJson(file: SyncFile) {
  const { format, quarantine, sameAsBefore } = file;
  const text = format?.kind === 'xlsx' ? undefined : format;
  return {
    dataset: file.dataset,
    name: file.name,
    sha256: file.sha256,
    encoding: text?.encoding ?? null,
    repairs: text?.repairs ?? [],
    delimiter: text?.delimiter ?? null,
    quote: text?.quote ?? null,
    escape: text?.escape ?? null,
    read: file.read,
    inserted: file.inserted,
    updated: file.updated,
    unchanged: file.unchanged,
    settled: file.settled,
    reopened: file.reopened,
    rejected: file.rejected,
    skipped: file.skipped,
    duplicate: file.duplicate,
    size: file.size,
    mode: file.mode,
    format: format?.kind ?? null,
    sheet: format?.kind === 'xlsx' ? format.sheet : null,
    headerLine: format?.headerLine ?? null,
    lineEnds: text?.lineEnds ?? null,
    columns: file.columns,
    mappingVersion: file.mappingVersion,
    sameAsBefore,
    totals: file.totals ?? null,
    scope: file.scope ? { text: scopeText(file.scope, 'en'), parts: file.scope } : null,
    warnings: doubtsFirst(file.warnings).map(warningJson),
    quarantine,
    ignored: file.ignored ?? null,
  };
}

function warningJson(warning: Warning) {
  const { code, column, examples } = warning;
  const text = (language: Language) => findingText(code, language, { column, value: examples[0]?.value ?? null });
  return { ...warning, doubt: isDoubt(code), fr: text('fr'), en: text('en') };
}

const counts = [
  'read',
  'inserted',
  'updated',
  'unchanged',
  'rejected',
  'skipped',
  'duplicate',
  'settled',
  'reopened',
] as const;

/** `2000 read, 1997 inserted, 3 rejected`: what is zero is left out. */
export function countsText(files: readonly SyncFile[]): string {
  const sums = counts.map((name) => ({ name, sum: files.reduce((total, file) => total + file[name], 0) }));
  const said = sums.filter(({ sum }) => sum > 0).map(({ name, sum }) => `${sum} ${name}`);
  return said.join(', ') || 'nothing read';
}
