import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import exceljs from 'exceljs';
import { expect, it } from 'vitest';
import type { ReportedRejection } from '../../src/model/report.ts';
import { rejectionsXlsx } from '../../src/report/rejections-xlsx.ts';
import { ecritures, rejections, stream } from './sample.ts';

const context = { language: 'fr', files: [ecritures] } as const;

async function workbook(items: Iterable<ReportedRejection>): Promise<exceljs.Worksheet | undefined> {
  const output = new PassThrough();
  const [bytes] = await Promise.all([buffer(output), rejectionsXlsx(stream(items), context, output)]);
  const book = new exceljs.Workbook();
  await book.xlsx.load(bytes as unknown as exceljs.Buffer);
  return book.getWorksheet('Rejets');
}

it('gives the rejections as a workbook in which nothing is a formula', async () => {
  const nasty = {
    fileNo: 2,
    line: 41,
    column: null,
    code: 'invalid_date',
    value: '\u0000é\u0007\ud800',
    raw: '=HYPERLINK("x")',
  };
  const sheet = await workbook([...rejections, nasty]);
  const rows = sheet?.getSheetValues().map((row) => (Array.isArray(row) ? row.slice(1) : row));
  expect(rows?.[1]).toEqual(['fichier', 'ligne', 'colonne', 'valeur', 'code', 'motif', 'ligne d’origine']);
  const shown = rows?.slice(2).map((row) => (Array.isArray(row) ? [row[1], row[2], row[3], row[6]] : []));
  expect(shown).toEqual([
    [12, 'Date pièce', '31/02/2026', rejections[0]?.raw],
    [40, 'Code client', '=1+1', rejections[1]?.raw],
    [41, undefined, ' é \ufffd', '=HYPERLINK("x")'],
  ]);
  sheet?.eachRow((row) => row.eachCell((cell) => expect(cell.type).not.toBe(exceljs.ValueType.Formula)));
});

it('ends with the error of an output that fails, and releases its source', async () => {
  let released = false;
  async function* endless(): AsyncGenerator<ReportedRejection> {
    try {
      for (;;) yield* stream(rejections);
    } finally {
      released = true;
    }
  }
  const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('ENOSPC')) });
  await expect(rejectionsXlsx(endless(), context, full)).rejects.toThrow('ENOSPC');
  await expect.poll(() => released).toBe(true);
});
