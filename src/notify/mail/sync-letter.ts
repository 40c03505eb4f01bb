import { fill } from '../../errors.ts';
import type { Report } from '../../model/report.ts';
import type { SyncFile } from '../../model/sync.ts';
import { doubtTexts, quarantineText, rejectionText } from '../../report/file-section.ts';
import { datasetName, doubtsIn, headline } from '../../report/headline.ts';
import { leftTexts } from '../../report/left-text.ts';
import { nextSteps } from '../../report/next-steps.ts';
import { totalsText } from '../../report/totals-text.ts';
import { phrases } from '../../report/phrases.ts';
import { counted, list } from '../../report/wording.ts';
import { footer } from './footer.ts';
import type { Block, Letter } from './letter.ts';
import { mailWords } from './words.ts';

const MOST_FILES = 10;
const MOST_REJECTIONS = 10;
const MOST_DOUBTS = 10;
const LONGEST_LINE = 400;

/** Pure: what is written about a sync that came to an end, in the language of `report.tenant`. */
export function syncLetter(report: Report): Letter {
  const { language } = report.tenant;
  const words = phrases[language];
  const missing = report.missing.map((each) => words.datasets[each]);
  const steps = nextSteps(report, undefined);
  return {
    language,
    subject: subject(report),
    blocks: [
      { kind: 'text', text: headline(report) },
      ...text(missing.length > 0 ? [fill(words.missing, { datasets: list(language, missing) })] : []),
      ...text(leftTexts(report).map((each) => each.slice(0, 5 * LONGEST_LINE))),
      ...items(filesOf(report)),
      ...titled(words.labels.totals, totalsOf(report)),
      ...titled(words.labels.doubts, doubtsOf(report)),
      ...titled(words.labels.rejections, rejectionsOf(report)),
      ...titled(words.nextTitle, steps),
      footer(language, report.tenant.name),
    ],
  };
}

const text = (texts: readonly string[]): Block[] => texts.map((each) => ({ kind: 'text', text: each }));
const items = (lines: readonly string[]): Block[] => (lines.length > 0 ? [{ kind: 'list', items: lines }] : []);
const titled = (title: string, lines: readonly string[]): Block[] =>
  lines.length > 0 ? [{ kind: 'title', text: title }, ...items(lines)] : [];

function subject(report: Report): string {
  const { state, tenant, files, missing, syncId } = report;
  const { language, name } = tenant;
  const words = mailWords[language];
  if (state === 'queued' || state === 'running') throw new Error(`nobody is written to about a sync that is ${state}`);
  const rejected = files.reduce((sum, file) => sum + file.rejected, 0);
  const lines = counted(language, rejected, ...phrases[language].counts.rejected);
  let what = words.sync[state];
  if (rejected > 0) what = fill(words.rejected, { what, lines });
  const doubts = doubtsIn(report);
  if (doubts > 0) what = fill(words.doubtful, { what, doubts: counted(language, doubts, ...phrases[language].doubts) });
  if (missing.length > 0) what = fill(words.incomplete, { what });
  return fill(words.syncSubject, { tenant: name, what, id: syncId });
}

function filesOf({ files, tenant: { language } }: Report): string[] {
  const words = phrases[language];
  const rest = files.length - MOST_FILES;
  return [
    ...files.slice(0, MOST_FILES).map((file) => {
      const name = `${file.name} (${datasetName(words, file)})`;
      return `${name}${words.colon}${fateOf(language, file)}`.slice(0, LONGEST_LINE);
    }),
    ...(rest > 0 ? [`… ${counted(language, rest, ...mailWords[language].moreFiles)}`] : []),
  ];
}

function fateOf(language: 'fr' | 'en', file: SyncFile): string {
  const words = phrases[language];
  const aside = file.quarantine ?? file.ignored;
  if (aside) return quarantineText(aside, language);
  if (file.sameAsBefore) return words.sameAsBefore;
  const said = (['read', 'inserted', 'updated', 'unchanged', 'rejected'] as const).filter(
    (count) => count === 'read' || file[count] > 0,
  );
  return said.map((count) => counted(language, file[count], ...words.counts[count])).join(', ');
}

/** The sums of each file with entries, a line each, as many as fit. */
function totalsOf({ files, tenant: { language } }: Report): string[] {
  const separator = language === 'fr' ? ' ; ' : '; ';
  return files
    .map((file) => ({ file, said: totalsText(language, file) }))
    .filter(({ said }) => said.length > 0)
    .slice(0, MOST_FILES)
    .map(({ file, said }) => `${file.name}, ${said.join(separator)}`.slice(0, LONGEST_LINE));
}

function doubtsOf({ files, tenant: { language } }: Report): string[] {
  const lines = files.flatMap((file) =>
    doubtTexts(language, file).map((doubt) => `${file.name}, ${doubt}`.slice(0, LONGEST_LINE)),
  );
  const rest = lines.length - MOST_DOUBTS;
  return rest > 0
    ? [...lines.slice(0, MOST_DOUBTS), `… ${counted(language, rest, ...phrases[language].doubts)}`]
    : lines;
}

function rejectionsOf({ files, rejections, tenant: { language } }: Report): string[] {
  const shown = rejections.slice(0, MOST_REJECTIONS);
  const rest = files.reduce((sum, file) => sum + file.rejected, 0) - shown.length;
  const lines = shown.flatMap((rejection) => {
    const file = files.find(({ fileNo }) => fileNo === rejection.fileNo);
    return file ? [`${file.name}, ${rejectionText(language, file, rejection)}`.slice(0, LONGEST_LINE)] : [];
  });
  return rest > 0 && lines.length > 0 ? [...lines, `… ${counted(language, rest, ...phrases[language].more)}`] : lines;
}
