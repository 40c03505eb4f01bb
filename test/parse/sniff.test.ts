import { describe, expect, it } from 'vitest';
import type { FormatPins } from '../../src/model/format.ts';
import { sniffCsv } from '../../src/parse/csv/sniff.ts';
import { headerJudge } from '../../src/validate/columns/judge.ts';

const sniff = (text: string, pins: FormatPins = {}, columns: Record<string, string> = {}) =>
  sniffCsv(
    Buffer.from(text),
    { kind: 'text', encoding: 'utf-8', bom: false, remarks: [] },
    headerJudge({ ecritures: { columns } }),
    pins,
  ).format;

describe('the header', () => {
  it('is not a line above it that happens to name a column', () => {
    expect(
      sniff('Société;ACME\nDate;31/01/2026\nCode client;Pièce;Date;Montant\nC1;F1;31/01/2026;1,00\n'),
    ).toMatchObject({
      headerLine: 3,
      delimiter: ';',
    });
  });

  it('may hold line breaks and the other delimiters in quotes', () => {
    expect(sniff('"Code\nclient","N° pièce; ref","Date, heure",Montant\nC1,F1,2026-01-31,1.00\n')).toMatchObject({
      headerLine: 1,
      delimiter: ',',
      header: ['Code\nclient', 'N° pièce; ref', 'Date, heure', 'Montant'],
    });
  });

  it('is found below the quotes of a careless preamble', () => {
    expect(sniff('Edition du "31/01"\n"Dossier ACME\nCode client;Nom\nC1;"Dupont; fils"\n').headerLine).toBe(3);
  });

  it('is known by the names of the mapping, too', () => {
    const found = sniff(
      'Liste 12,5\nREF_T,N,"D",M\nC1,F1,31/01/2026,1\n',
      {},
      { client_code: 'REF_T', piece_number: 'N' },
    );
    expect(found).toMatchObject({ headerLine: 2, delimiter: ',' });
  });

  it('may stand alone in its line, without a delimiter', () => {
    expect(sniff('Code client\nC1\nC2\n')).toMatchObject({ headerLine: 1, header: ['Code client'], delimiter: ';' });
  });

  it('with a name less than the rows have delimiters gets a column without a name', () => {
    expect(sniff('Code client;Nom\nC1;Dupont;\nC2;Durand;\n').header).toEqual(['Code client', 'Nom', '']);
    expect(sniff('Code client;Nom\nC1;Dupont;\nC2;Durand;x\n').header).toEqual(['Code client', 'Nom']);
  });
});

describe('line ends', () => {
  const rows = ['Code client;Nom', 'C1;Dupont', 'C2;Durand'];
  it.each([
    ['\r\n', 'crlf'],
    ['\n', 'lf'],
    ['\r', 'cr'],
    ['\r\r\n', 'crcrlf'],
  ])('%j: %s', (end, lineEnds) => expect(sniff(rows.map((row) => row + end).join('')).lineEnds).toBe(lineEnds));

  it('inside quotes say nothing', () => {
    expect(sniff('Code client;Nom\r\nC1;"Dupont\net fils"\r\n').lineEnds).toBe('crlf');
    expect(sniff('Code client;Nom\rC1;"Dupont\net fils"\rC2;Durand\r').lineEnds).toBe('cr');
  });

  it('of two makes, lone CRs among them, all end lines', () => {
    const found = sniff('Code client;Nom\rC1;Dupont\r\nC2;Durand\rC3;Martin\n');
    expect(found).toMatchObject({ lineEnds: 'mixed', header: ['Code client', 'Nom'], headerLine: 1 });
  });

  it('are none in a single line', () => expect(sniff('Code client;Nom').lineEnds).toBe('none'));
});
