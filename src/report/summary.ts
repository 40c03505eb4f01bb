import { fill } from '../errors.ts';
import type { Report } from '../model/report.ts';
import type { SyncFile } from '../model/sync.ts';
import { fileSection, quarantineText } from './file-section.ts';
import { datasetName, headline } from './headline.ts';
import { leftTexts } from './left-text.ts';
import { nextSteps } from './next-steps.ts';
import { phrases } from './phrases.ts';
import { duration, list, moment } from './wording.ts';

export interface SummaryOptions {
  /** The upload whose report this is: its files are told in full, the others in a line. Without it, all in full. */
  uploadId?: string;
  /** The list of rejections that lies beside the report. */
  rejectionsFile?: string;
}

/** The report as text, in the tenant's language, lines ending in LF. */
export function summaryText(report: Report, options: SummaryOptions = {}): string {
  const { language, name, id } = report.tenant;
  const words = phrases[language];
  const own = report.files.filter((file) => options.uploadId === undefined || file.uploadId === options.uploadId);
  const others = report.files.filter((file) => !own.includes(file));
  const missing = list(
    language,
    report.missing.map((dataset) => words.datasets[dataset]),
  );
  return [
    fill(words.title, { id: report.syncId }),
    `${name} (${id}), ${moment(language, report.finishedAt)}`,
    '',
    headline(report),
    ...(report.revertedBy === undefined ? [] : [fill(words.revertedBy, { sync: report.revertedBy })]),
    ...(report.missing.length > 0 ? [fill(words.missing, { datasets: missing })] : []),
    ...leftTexts(report),
    ...own.flatMap((file) => ['', ...fileSection(report, file)]),
    ...(others.length > 0 ? ['', words.otherFiles, ...others.map((file) => `  ${otherFile(report, file)}`)] : []),
    '',
    words.nextTitle,
    ...nextSteps(report, options.rejectionsFile).map((step) => `  - ${step}`),
    ...durationsOf(report),
    '',
  ].join('\n');
}

function otherFile(report: Report, file: SyncFile): string {
  const { language } = report.tenant;
  const words = phrases[language];
  const why = file.ignored ? `${words.colon}${quarantineText(file.ignored, language)}` : '';
  return `${file.name} (${datasetName(words, file)})${why}`;
}

/** The stages in their order; the steps within one are for the machine-readable form. */
function durationsOf({ durations, tenant: { language } }: Report): string[] {
  const words = phrases[language];
  const stages = Object.entries(words.stages).flatMap(([stage, name]) => {
    const ms = durations[stage];
    return ms === undefined ? [] : [`${name} ${duration(language, ms)}`];
  });
  return stages.length > 0 ? ['', `${words.durations}${words.colon}${stages.join(', ')}`] : [];
}
