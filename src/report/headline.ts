import { fill } from '../errors.ts';
import type { Report } from '../model/report.ts';
import type { SyncFile } from '../model/sync.ts';
import { doubtsAmong } from '../validate/messages.ts';
import { catalogueText } from './catalogue-text.ts';
import { type Phrases, phrases } from './phrases.ts';
import { counted, share } from './wording.ts';

/** What happened, in one sentence. */
export function headline(report: Report): string {
  const { language } = report.tenant;
  const words = phrases[language];
  const aside = report.files.filter((file) => file.quarantine).length;
  const done = report.state === 'applied' || report.state === 'dry_run';
  if (done && aside > 0 && aside === report.files.length)
    return fill(words.allAside, { files: counted(language, aside, ...words.putAside) });
  switch (report.state) {
    case 'applied':
      if (report.reverts) return fill(words.reverted, { sync: report.reverts.syncId, counts: undone(report) });
      return fill(words.applied, { counts: withDoubts(report, totals(report)) });
    case 'dry_run':
      return [
        fill(words.dryRun, { counts: withDoubts(report, totals(report)) }),
        ...(report.guard.length > 0 ? [fill(words.dryRunHeld, { reasons: guardReasons(report) })] : []),
      ].join(' ');
    case 'held':
      return fill(words.held, { reasons: withDoubts(report, guardReasons(report)) });
    case 'failed':
      return fill(words.failed, { why: failure(report) });
    case 'unchanged':
      if (report.files.length === 0) return words.noFiles;
      return report.files.every((file) => file.ignored) ? words.onlyIgnored : words.unchanged;
    case 'discarded':
      return words.discarded;
    case 'queued':
    case 'running':
      return words.underWay;
  }
}

/** Counts of the whole sync: what changed, always; what went wrong, where there is some. */
function totals({ files, tenant: { language } }: Report): string {
  const words = phrases[language];
  const say = (count: keyof Phrases['counts'], needed: boolean): string[] => {
    const sum = files.reduce((total, file) => total + file[count], 0);
    return sum > 0 || needed ? [counted(language, sum, ...words.counts[count])] : [];
  };
  const aside = files.filter((file) => file.quarantine).length;
  return [
    ...say('read', true),
    ...say('inserted', true),
    ...say('updated', true),
    ...say('unchanged', true),
    ...say('rejected', false),
    ...say('skipped', false),
    ...say('duplicate', false),
    ...say('settled', false),
    ...say('reopened', false),
    ...(aside > 0 ? [counted(language, aside, ...words.putAside)] : []),
  ].join(', ');
}

/** How many remarks of the report are doubts. */
export const doubtsIn = ({ files }: Report): number => doubtsAmong(files.flatMap(({ warnings }) => warnings));

/** Adds to what is said how many remarks are to be read: nobody may take it for all that there is to know. */
function withDoubts(report: Report, said: string): string {
  const { language } = report.tenant;
  const words = phrases[language];
  const doubts = doubtsIn(report);
  return doubts === 0 ? said : fill(words.withDoubts, { said, doubts: counted(language, doubts, ...words.doubts) });
}

function undone({ reverts, tenant: { language } }: Report): string {
  const words = phrases[language].undone;
  const say = (count: 'restored' | 'removed') => {
    const sum = reverts?.undone.reduce((total, dataset) => total + dataset[count], 0) ?? 0;
    return counted(language, sum, ...words[count]);
  };
  return `${say('restored')}, ${say('removed')}`;
}

function guardReasons({ guard, tenant: { language } }: Report): string {
  const words = phrases[language];
  const reasons = guard.map((trip) =>
    fill(words.guard[trip.rule], {
      dataset: words.datasets[trip.dataset],
      measured: share(language, trip.measured),
      allowed: share(language, trip.allowed),
    }),
  );
  return reasons.join(language === 'fr' ? ' ; ' : '; ');
}

function failure({ error, tenant: { language } }: Report): string {
  return error ? catalogueText(error.code, language, error.params ?? {}, error.message) : '—';
}

/** `écritures`; and what stands for a file that nothing recognised, or that is no export. */
export const datasetName = (words: Phrases, file: SyncFile): string =>
  words.datasets[file.ignored ? 'ignored' : (file.dataset ?? 'unknown')];
