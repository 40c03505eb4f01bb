import { ArrivageError } from '../../errors.ts';
import type { Package } from './package.ts';

const table = /\.(?:csv|txt|tsv|dat|xls[xmb]?|ods|dbf)$/i;

/** What a zip that is no .xlsx workbook is: formats of other programs are zips, too. */
export async function strangerIn(zip: Package): Promise<ArrivageError> {
  const otherFormat = (why: string) => new ArrivageError('other_format', { why });
  const noTable = (why: string) => new ArrivageError('no_table', { why });
  if (zip.has('xl/workbook.bin')) return otherFormat('binary workbook (.xlsb)');
  if (zip.has('word/document.xml')) return noTable('Word document');
  if (zip.has('ppt/presentation.xml')) return noTable('presentation');
  if (zip.has('mimetype') && zip.has('content.xml'))
    return (await textOf(zip, 'mimetype')).includes('spreadsheet')
      ? otherFormat('OpenDocument spreadsheet (.ods)')
      : noTable('OpenDocument text');
  if (zip.names.some((name) => /\.iwa$|(?:^|\/)index\.zip$/i.test(name)))
    return otherFormat('Numbers or Pages document');
  if (zip.has('[Content_Types].xml')) return new ArrivageError('not_a_workbook');
  const files = zip.names.filter((name) => !name.endsWith('/') && !name.startsWith('__MACOSX/'));
  const inside = files.find((name) => table.test(name));
  if (inside !== undefined) return new ArrivageError('archive_file', { why: inside.slice(0, 200) });
  return files.length > 0 ? noTable('files without a table') : new ArrivageError('archive_file', { why: 'zip' });
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
