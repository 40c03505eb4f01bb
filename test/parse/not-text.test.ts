import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ArrivageError, plainParams } from '../../src/errors.ts';
import { openSource } from '../../src/reader/open-source.ts';
import { xlsxFormat } from '../../src/parse/xlsx/xlsx.ts';
import { headerJudge } from '../../src/validate/columns/judge.ts';
import { texts, writeBook, writeZip } from './xlsx-fixture.ts';

async function told(bytes: Buffer | string | Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-kind-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'export.xls');
  if (typeof bytes === 'string' || Buffer.isBuffer(bytes)) await writeFile(path, bytes);
  else await writeZip(path, bytes);
  try {
    const source = await openSource(path, {}, headerJudge(), { whole: true });
    if (source.kind === 'zip') await xlsxFormat(path, { judge: headerJudge() });
    return source.kind;
  } catch (error) {
    if (!(error instanceof ArrivageError)) throw error;
    return [error.code, plainParams(error.params)['why']].filter(Boolean).join(': ');
  }
}

/** As Excel 2003 writes it. */
const spreadsheetXml = `<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="Écritures"><Table><Row><Cell><Data ss:Type="String">Code client</Data></Cell></Row></Table></Worksheet>
</Workbook>`;
/** As Excel saves a "single file Web page". */
const mhtml = `MIME-Version: 1.0\r
X-Document-Type: Workbook\r
Content-Type: multipart/related; boundary="----=_NextPart_01DB.0"\r
\r
This document is a Single File Web Page.\r
\r
------=_NextPart_01DB.0\r
Content-Location: file:///C:/0E7B/export.htm\r
Content-Transfer-Encoding: quoted-printable\r
Content-Type: text/html; charset="us-ascii"\r
\r
<html xmlns:x=3D"urn:schemas-microsoft-com:office:excel"><table><tr><td>Code client</td></tr></table></html>`;
const ole = (...streams: string[]) =>
  Buffer.concat([
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
    Buffer.alloc(5000),
    ...streams.map((name) => Buffer.concat([Buffer.from(`${name}\0`, 'utf16le'), Buffer.alloc(40)])),
  ]);
const dbf = () => {
  const head = Buffer.alloc(200, 0x20);
  Buffer.from([0x03, 126, 1, 31, 2, 0, 0, 0, 65, 0, 20, 0, 0, 0]).copy(head);
  return head;
};

describe('a file that is no table is named for what it is, whatever its name', () => {
  it.each<[string, Buffer | string | Record<string, string>]>([
    ['mhtml_file', mhtml],
    ['mhtml_file', mhtml.replace('MIME-Version', 'From: "Saved by Excel"\r\nMIME-Version')],
    ['spreadsheet_xml', spreadsheetXml],
    ['spreadsheet_xml', `\ufeff${spreadsheetXml}`],
    ['spreadsheet_xml', spreadsheetXml.slice(spreadsheetXml.indexOf('<Workbook'))],
    ['spreadsheet_xml', Buffer.from(`\ufeff${spreadsheetXml}`, 'utf16le')],
    ['html_file', '<table border=1><tr><td>Code client</td></tr></table>'],
    ['html_file', '\r\n <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html></html>'],
    ['html_file', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'],
    ['html_file', '<style>td {}</style><table></table>'],
    [
      'other_format: bank file in XML (ISO 20022)',
      '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"/>',
    ],
    [
      'other_format: electronic invoice in XML',
      '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
    ],
    ['other_format: XML file', '<?xml version="1.0"?><clients><client/></clients>'],
    ['other_format: JSON file', '[{"code": "C001", "nom": "Dupont"}]'],
    ['other_format: JSON file', '\ufeff{\n  "clients" : []}'],
    ['other_format: e-mail', 'Received: from x\r\nContent-Type: text/plain\r\n\r\nBonjour'],
    ['other_format: dBase table (.dbf)', dbf()],
    ['other_format: Parquet file', Buffer.from('PAR1\x15\x04\x15data')],
    ['other_format: SQLite database', Buffer.from('SQLite format 3\0data')],
    ['other_format: Access database', Buffer.from('\0\x01\0\0Standard ACE DB\0')],
    ['other_format: binary workbook (.xlsb)', { 'xl/workbook.bin': '', '[Content_Types].xml': '<Types/>' }],
    [
      'other_format: OpenDocument spreadsheet (.ods)',
      { mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<x/>' },
    ],
    ['no_table: OpenDocument text', { mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '<x/>' }],
    ['other_format: Numbers or Pages document', { 'Index/Document.iwa': 'x', 'preview.jpg': 'x' }],
    ['no_table: Word document', { 'word/document.xml': '<x/>', '[Content_Types].xml': '<Types/>' }],
    ['archive_file: compta/ecritures.csv', { 'lisezmoi.md': 'x', 'compta/ecritures.csv': 'Code client\r\n' }],
    ['no_table: files without a table', { 'photo.jpg': 'x' }],
    ['archive_file: gzip', gzipSync('Code client;Nom\r\n')],
    ['archive_file: bzip2', Buffer.from('BZh91AY&SYabc')],
    ['no_table: PDF document', '%PDF-1.7\n%âãÏÓ\n'],
    ['no_table: PostScript document', '%!PS-Adobe-3.0\n'],
    ['no_table: RTF document', '{\\rtf1\\ansi Code client}'],
    ['no_table: picture', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1')],
    ['no_table: picture', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['no_table: system file', Buffer.from([0, 5, 0x16, 7, 0, 2, 0, 0, 0x4d, 0x61, 0x63])],
    ['no_table: program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(60)])],
    ['no_table: Word document', ole('Root Entry', 'WordDocument')],
    ['legacy_xls', ole('Root Entry', 'Workbook')],
    ['legacy_xls', ole('Root Entry', 'Book')],
    ['legacy_xls', ole('Root Entry', 'Workbook', 'WordDocument')],
    ['legacy_xls', ole('Root Entry')],
    ['password_protected', ole('Root Entry', 'EncryptedPackage')],
  ])('%s', async (expected, bytes) => expect(await told(bytes)).toBe(expected));

  it.each([
    'BM;Code client;Nom\r\n1;C001;Dupont\r\n',
    'MZ;Code client;Nom\r\n1;C001;Dupont\r\n',
    '<Code>;Nom\r\nC001;Dupont\r\n',
    '"Code client";"Nom"\r\n"C001";"<table>"\r\n',
    'Date: 31/01/2026\r\n\r\nCode client;Nom\r\nC001;Dupont\r\n',
    '[Code client];[Nom]\r\nC001;Dupont\r\n',
    'Code client;{"Nom"}\r\nC001;Dupont\r\n',
    '%Remise;Code client;Nom\r\n5;C001;Dupont\r\n',
    '0123;Code client;Nom\r\n5;C001;Dupont\r\n',
  ])('%j is a table', async (text) => expect(await told(text)).toBe('text'));

  it('a workbook is one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'arrivage-kind-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = await writeBook(join(folder, 'a.xlsx'), { sheets: { Clients: texts(1, 'Code client', 'Nom') } });
    expect((await xlsxFormat(path, { judge: headerJudge() })).header).toEqual(['Code client', 'Nom']);
  });
});
