import { fill } from '../errors.ts';
import type { Format } from '../model/format.ts';
import type { Warning } from '../model/rejection.ts';
import type { Report, ReportedRejection } from '../model/report.ts';
import type { SyncFile } from '../model/sync.ts';
import type { Language } from '../model/tenant.ts';
import { doubtsFirst, findingText, isDoubt } from '../validate/messages.ts';
import { totalsText } from './totals-text.ts';
import { catalogueText } from './catalogue-text.ts';
import { datasetName } from './headline.ts';
import { type Phrases, phrases } from './phrases.ts';
import { scopeText } from './scope-text.ts';
import { counted, number, size } from './wording.ts';

const LABEL = 14;

/** All that a report says of one file, as lines of text. */
export function fileSection(report: Report, file: SyncFile): string[] {
  const { language } = report.tenant;
  const words = phrases[language];
  const { labels } = words;
  return [
    fill(words.file, { name: file.name, dataset: datasetName(words, file) }),
    ...field(labels.size, sizeText(words, language, file.size)),
    ...field('SHA-256', file.sha256),
    ...(file.format ? field(labels.format, formatText(words, file.format)) : []),
    ...(file.quarantine ? field(labels.putAside, quarantineText(file.quarantine, language)) : []),
    ...(file.format && !file.quarantine ? readingOf(language, file) : []),
    ...(file.ignored ? field(labels.ignored, quarantineText(file.ignored, language)) : []),
    ...(file.quarantine || file.ignored
      ? []
      : [...outcomeOf(language, file), ...listed(labels.totals, totalsText(language, file))]),
    ...remarksOf(language, file),
    ...rejectionsOf(report, file),
  ];
}

/** A small size is exact already. */
function sizeText(words: Phrases, language: Language, bytes: number): string {
  const rounded = size(language, bytes);
  return bytes < 1000 ? rounded : fill(words.bytes, { size: rounded, bytes: number(language, bytes) });
}

function field(label: string, text: string): string[] {
  return [`  ${label.padEnd(LABEL)}${text}`];
}

/** The label once, each text on a line of its own. */
const listed = (label: string, texts: readonly string[]): string[] =>
  texts.flatMap((text, i) => field(i === 0 ? label : '', text));

function formatText(words: Phrases, format: Format): string {
  const header = format.headerLine === 0 ? words.noHeader : fill(words.headerAt, { line: format.headerLine });
  if (format.kind === 'xlsx') return fill(words.sheet, { sheet: format.sheet, header });
  return fill(words.csv, {
    kind: words.kinds[format.kind],
    encoding: [
      format.bom ? `${format.encoding} (BOM)` : format.encoding,
      ...(format.repairs ?? []).map((repair) => words.repairs[repair]),
    ].join(', '),
    delimiter: words.delimiters[format.delimiter] ?? fill(words.delimiter, { delimiter: format.delimiter }),
    quoting: `${words.quotes[format.quote] ?? ''}${words.escapes[format.escape] ?? ''}`,
    lineEnds: words.lineEnds[format.lineEnds],
    header,
  });
}

function readingOf(language: Language, file: SyncFile): string[] {
  const words = phrases[language];
  const version = file.mappingVersion === 0 ? words.detected : fill(words.pinned, { version: file.mappingVersion });
  const columns = Object.entries(file.columns).map(([column, header]) => `${header} → ${column}`);
  return [
    ...field(words.labels.mapping, version),
    ...field(words.labels.mode, words[file.mode]),
    ...(file.scope ? field(words.labels.scope, scopeText(file.scope, language)) : []),
    ...(columns.length > 0 ? field(words.labels.columns, columns.join(', ')) : []),
  ];
}

/** The equation that accounts for every line, and what the file did to stored rows besides. */
function outcomeOf(language: Language, file: SyncFile): string[] {
  const words = phrases[language];
  if (file.sameAsBefore) return field(words.labels.counts, words.sameAsBefore);
  const say = (count: keyof Phrases['counts']): string => counted(language, file[count], ...words.counts[count]);
  const parts = (['inserted', 'updated', 'unchanged', 'rejected', 'skipped', 'duplicate'] as const).map(say);
  const effects = (['settled', 'reopened'] as const).filter((count) => file[count] > 0).map(say);
  return [
    ...field(words.labels.counts, `${say('read')} = ${parts.join(' + ')}`),
    ...(effects.length > 0 ? field(words.labels.effects, effects.join(', ')) : []),
  ];
}

function remarksOf(language: Language, file: SyncFile): string[] {
  if (file.warnings.length === 0) return [];
  const lines = doubtsFirst(file.warnings).flatMap((each) => [
    `    - ${remarkText(language, each)}`,
    ...(isDoubt(each.code) ? examplesOf(language, file, each).map((example) => `        ${example}`) : []),
  ]);
  return [`  ${phrases[language].labels.remarks}`, ...lines];
}

/** Each doubt in one line, with the places where it was found first. */
export function doubtTexts(language: Language, file: SyncFile): string[] {
  const doubts = file.warnings.filter(({ code }) => isDoubt(code));
  return doubts.map((doubt) => {
    const examples = examplesOf(language, file, doubt);
    const where = examples.length > 0 ? ` (${examples.join(language === 'fr' ? ' ; ' : '; ')})` : '';
    return remarkText(language, doubt) + where;
  });
}

/** A remark with how often it holds; of a doubt, `examplesOf` says where. */
function remarkText(language: Language, warning: Warning): string {
  const words = phrases[language];
  const value = warning.examples[0]?.value ?? null;
  const text = findingText(warning.code, language, { column: warning.column, value });
  const times = counted(language, warning.count, ...words.times);
  return `${oneLine(text).replace(/\.$/, '')}${words.colon}${times}${isDoubt(warning.code) ? '' : linesOf(language, warning)}`;
}

function linesOf(language: Language, { count, examples }: Warning): string {
  const lines = examples.filter(({ line }) => line > 0).map(({ line }) => String(line));
  const more = count > lines.length ? ', …' : '';
  return lines.length > 0
    ? ` (${fill(phrases[language].line[count === 1 ? 0 : 1], { line: lines.join(', ') + more })})`
    : '';
}

/** Characters of a value that is shown as an example. */
const LONGEST_VALUE = 60;

/** Where a doubt was found: `ligne 12, colonne « Débit » : « 3.8546 »`. */
function examplesOf(language: Language, file: SyncFile, { column, count, examples }: Warning): string[] {
  const words = phrases[language];
  const placed = examples.filter(({ line }) => line > 0);
  const lines = placed.map(({ line, value }) => {
    const named = column === null ? '' : `, ${fill(words.column, { column: columnName(file, column) })}`;
    const said = value === null ? '' : words.colon + fill(words.shown, { value: shortened(oneLine(value)) });
    return fill(words.line[0], { line }) + named + said;
  });
  return placed.length > 0 && count > placed.length ? [...lines, '…'] : lines;
}

const shortened = (value: string): string =>
  value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;

function rejectionsOf(report: Report, file: SyncFile): string[] {
  const { language } = report.tenant;
  const words = phrases[language];
  const shown = report.rejections.filter((rejection) => rejection.fileNo === file.fileNo);
  if (shown.length === 0) return [];
  const rest = file.rejected - shown.length;
  return [
    `  ${words.labels.rejections}`,
    ...shown.map((rejection) => `    - ${rejectionText(language, file, rejection)}`),
    ...(rest > 0 ? [`    … ${counted(language, rest, ...words.more)}`] : []),
  ];
}

/** `ligne 12, colonne « Débit », « abc » : ce n’est pas un montant`. */
export function rejectionText(language: Language, file: SyncFile, rejection: ReportedRejection): string {
  const words = phrases[language];
  const { line, column, value, code } = rejection;
  const text = oneLine(findingText(code, language, { column, value }));
  const shown = value === null || text.includes(oneLine(value)) ? null : oneLine(value);
  const place = [
    fill(words.line[0], { line }),
    ...(column === null ? [] : [fill(words.column, { column: columnName(file, column) })]),
    ...(shown === null ? [] : [fill(words.shown, { value: shown })]),
  ];
  return `${place.join(', ')}${words.colon}${text}`;
}

/** The name that the sender knows: the header in its own file. */
export function columnName(file: SyncFile | undefined, column: string): string {
  return file?.columns[column] ?? column;
}

/** Why a whole file was put aside or ignored. */
export function quarantineText({ code, params }: NonNullable<SyncFile['quarantine']>, language: Language): string {
  return catalogueText(code, language, params, code);
}

const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
