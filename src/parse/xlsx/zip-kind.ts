import { ArrivageError, because, verbatim } from '../../errors.ts';
import type { PlainReason } from '../../errors/reasons.ts';
import type { Package } from './package.ts';

const table = /\.(?:csv|txt|tsv|dat|xls[xmb]?|ods|dbf)$/i;

/** What a zip that is no .xlsx workbook is: formats of other programs are zips, too. */
export async function strangerIn(zip: Package): Promise<ArrivageError> {
  const otherFormat = (kind: PlainReason) => new ArrivageError('other_format', { why: because(kind) });
  const noTable = (kind: PlainReason) => new ArrivageError('no_table', { why: because(kind) });
  if (zip.has('xl/workbook.bin')) return otherFormat('binary_workbook');
  if (zip.has('word/document.xml')) return noTable('word_document');
  if (zip.has('ppt/presentation.xml')) return noTable('presentation');
  if (zip.has('mimetype') && zip.has('content.xml'))
    return (await textOf(zip, 'mimetype')).includes('spreadsheet')
      ? otherFormat('opendocument_spreadsheet')
      : noTable('opendocument_text');
  if (zip.names.some((name) => /\.iwa$|(?:^|\/)index\.zip$/i.test(name))) return otherFormat('iwork_document');
  if (zip.has('[Content_Types].xml')) return new ArrivageError('not_a_workbook');
  const files = zip.names.filter((name) => !name.endsWith('/') && !name.startsWith('__MACOSX/'));
  const inside = files.find((name) => table.test(name));
  if (inside !== undefined) return new ArrivageError('archive_file', { why: verbatim(inside.slice(0, 200)) });
  return files.length > 0
    ? noTable('files_without_table')
    : new ArrivageError('archive_file', { why: verbatim('zip') });
}

/** The longest name of a type is far shorter. */
const MIME_TYPE = 200;

async function textOf(zip: Package, part: string): Promise<string> {
  let text = '';
  for await (const chunk of zip.read(part)) {
    text += Buffer.from(chunk).toString('latin1');
    if (text.length > MIME_TYPE) break;
  }
  return text;
}
