import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportedRejection } from '../../src/model/report.ts';
import { neutralise } from '../../src/report/neutralise.ts';
import { rejectionsCsv } from '../../src/report/rejections-csv.ts';
import { ecritures, rejections, stream } from './sample.ts';

const context = { language: 'fr', files: [ecritures] } as const;

async function csv(items: ReportedRejection[]): Promise<string> {
  let text = '';
  for await (const piece of rejectionsCsv(stream(items), context)) text += piece;
  return text;
}

const cells = (text: string): string[][] => parse(text, { delimiter: ';', bom: true, record_delimiter: '\r\n' });

describe('the list of rejections', () => {
  it('opens in Excel: BOM, semicolons, CRLF, the sender’s own column names, the original line', async () => {
    expect(await csv(rejections)).toBe(
      '\ufefffichier;ligne;colonne;valeur;code;motif;ligne d’origine\r\n' +
        'ECRITURES 2026.csv;12;Date pièce;31/02/2026;invalid_date;« 31/02/2026 » n’est pas une date (date d’écriture).;"C1;F1;31/02/2026;-12,00"\r\n' +
        'ECRITURES 2026.csv;40;Code client;\'=1+1;unknown_client;Le client « =1+1 » n’existe ni dans le fichier clients ni en base.;"\'=1+1;""F2"";01/02/2026;5"\r\n',
    );
  });

  it('streams: a long list comes in bounded pieces', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({ ...rejections[0], line: i }) as ReportedRejection);
    const pieces: number[] = [];
    for await (const piece of rejectionsCsv(stream(many), context)) pieces.push(piece.length);
    expect(pieces.length).toBeGreaterThan(5);
    expect(Math.max(...pieces)).toBeLessThan(80_000);
  });
});

describe('formula injection', () => {
  it.each(['=cmd|’/c calc’!A1', '+33 1 23 x', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '--1', '-', '＝1+1', '-1+cmd|x'])(
    'defuses %j',
    (cell) => expect(neutralise(cell)).toBe(`'${cell}`),
  );

  it.each(['-12,00', '+12', '-1 234,56', '-1\u202f234,56 €', '-1.234,56', '12-', 'Dupont', '', 'a=1', '(12,00)'])(
    'leaves %j alone',
    (cell) => expect(neutralise(cell)).toBe(cell),
  );

  it('leaves no cell that a spreadsheet would run, and loses nothing', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ';', ' ', '1', 'A', ',') }),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (value, raw) => {
        const [, row] = cells(await csv([{ fileNo: 9, line: 1, column: null, code: 'x', value, raw }]));
        const [, , , shown = '', , , original = ''] = row ?? [];
        for (const [cell, source] of [
          [shown, value],
          [original, raw],
        ] as const) {
          expect(cell === source || cell === `'${source}`).toBe(true);
          expect(/^[=+\-@\t\r\n]/.test(cell) && !/^[+-]?\d[\d ., ]*$/.test(cell)).toBe(false);
        }
      }),
    );
  });
});
