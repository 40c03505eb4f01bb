import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll } from 'vitest';
import yazl from 'yazl';
import type { HeaderJudge, XlsxFormat } from '../../src/model/format.ts';
import { CellKind, type ParseDefect } from '../../src/model/record.ts';
import { readXlsx, xlsxFormat, type XlsxRequest, type XlsxSummary } from '../../src/parse/xlsx/xlsx.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export interface BookShape {
  /** Name → rows as SpreadsheetML; a name that begins with `-` is hidden. */
  sheets: Record<string, string>;
  /** `<si>` elements. */
  strings?: string;
  /** Number format codes; cell style `s="1"` uses the first, and so on. A number is a built-in id. */
  formats?: (string | number)[];
  date1904?: boolean;
  /** Puts before every element name, as some libraries do: `x:`. */
  prefix?: string;
  strict?: boolean;
  /** Replaces or adds parts, last of all. */
  parts?: Record<string, string | Buffer>;
  /** Order of parts in the zip; the others follow. */
  first?: string[];
}

export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-xlsx-'));
  afterAll(() => rm(folder, { recursive: true }));
  return folder;
}

export async function writeZip(path: string, parts: Record<string, string | Buffer>): Promise<string> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

/** An XLSX of hand-written XML, for the shapes that no library writes on purpose. */
export async function writeBook(path: string, shape: BookShape): Promise<string> {
  const parts = bookParts(shape);
  const order = [...(shape.first ?? []), ...Object.keys(parts).filter((name) => !shape.first?.includes(name))];
  return writeZip(path, Object.fromEntries(order.map((name) => [name, parts[name] ?? ''])));
}

export function bookParts(shape: BookShape): Record<string, string | Buffer> {
  const p = shape.prefix ?? '';
  const main = shape.strict ? 'http://purl.oclc.org/ooxml/spreadsheetml/main' : MAIN;
  const rel = shape.strict ? 'http://purl.oclc.org/ooxml/officeDocument/relationships' : RELATIONS;
  const xmlns = p ? `xmlns:${p.slice(0, -1)}="${main}"` : `xmlns="${main}"`;
  const xml = (body: string) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n${body.replace(/<(\/?)(?=[a-z])/gi, `<$1${p}`)}`;
  const relations = (list: [string, string, string][]) =>
    `<Relationships>${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="${rel}/${type}" Target="${target}"/>`).join('')}</Relationships>`;
  const sheets = Object.entries(shape.sheets);
  const parts: Record<string, string | Buffer> = {
    '_rels/.rels': relations([['r1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': xml(
      `<workbook ${xmlns} xmlns:r="${rel}"><workbookPr${shape.date1904 ? ' date1904="1"' : ''}/><sheets>` +
        sheets
          .map(([name], i) => {
            const state = name.startsWith('-') ? ' state="hidden"' : '';
            return `<sheet name="${name.replace(/^-/, '')}" sheetId="${i + 1}"${state} r:id="s${i + 1}"/>`;
          })
          .join('') +
        '</sheets></workbook>',
    ),
    'xl/_rels/workbook.xml.rels': relations([
      ...sheets.map((_, i): [string, string, string] => [`s${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`]),
      ['st', 'styles', '/xl/styles.xml'],
      ['ss', 'sharedStrings', 'sharedStrings.xml'],
    ]),
    'xl/styles.xml': xml(stylesXml(xmlns, shape.formats ?? [])),
  };
  if (shape.strings !== undefined) parts['xl/sharedStrings.xml'] = xml(`<sst ${xmlns}>${shape.strings}</sst>`);
  sheets.forEach(([, rows], i) => {
    parts[`xl/worksheets/sheet${i + 1}.xml`] = xml(`<worksheet ${xmlns}><sheetData>${rows}</sheetData></worksheet>`);
  });
  return { ...parts, ...shape.parts };
}

function stylesXml(xmlns: string, formats: (string | number)[]): string {
  const custom = formats.map((format, i) =>
    typeof format === 'number'
      ? ''
      : `<numFmt numFmtId="${200 + i}" formatCode="${format.replaceAll('"', '&quot;')}"/>`,
  );
  const cells = formats.map((format, i) => `<xf numFmtId="${typeof format === 'number' ? format : 200 + i}"/>`);
  return `<styleSheet ${xmlns}><numFmts>${custom.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${cells.join('')}</cellXfs></styleSheet>`;
}

/** A row of inline strings. */
export const texts = (line: number, ...cells: string[]): string =>
  `<row r="${line}">${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`;

export interface Read {
  format: XlsxFormat;
  summary: XlsxSummary;
  /** Each record's line and cells, a cell that is no text preceded by its kind: `number:12.5`. */
  records: [number, ...string[]][];
  raws: string[];
  defects: ParseDefect[];
}

const known = new Set(['code', 'nom', 'montant', 'date']);

/** A file with `code` and one more known column is a clients file here. */
const judge: HeaderJudge = (cells) => {
  const hits = cells.filter((cell) => known.has(cell.trim().toLowerCase())).length;
  const named = hits > 1 && cells.some((cell) => cell.trim().toLowerCase() === 'code');
  return { dataset: named ? 'clients' : undefined, known: hits };
};

export const formatOf = (path: string): Promise<XlsxFormat> => xlsxFormat(path, { judge });

export async function read(path: string, request: Partial<XlsxRequest> = {}): Promise<Read> {
  const names = Object.keys(CellKind);
  const result: Pick<Read, 'records' | 'raws' | 'defects'> = { records: [], raws: [], defects: [] };
  let format: XlsxFormat | undefined;
  const summary = await readXlsx(path, {
    judge,
    onFormat: (found) => (format = found),
    onRecord(view) {
      const cell = (i: number) => {
        const text = Buffer.from(view.bytes.subarray(view.starts[i], view.ends[i])).toString();
        return view.kinds[i] === CellKind.text ? text : `${names[view.kinds[i] ?? 0]}:${text}`;
      };
      result.records.push([view.line, ...Array.from({ length: view.count }, (_, i) => cell(i))]);
      result.raws.push(Buffer.from(view.raw.subarray(view.rawStart, view.rawEnd)).toString());
    },
    onDefect: (defect) => result.defects.push(defect),
    ...request,
  });
  if (!format) throw new Error('no format was told');
  return { ...result, format, summary };
}
