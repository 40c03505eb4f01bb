import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import exceljs from 'exceljs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import { bookParts, type BookShape, formatOf, read, scratch, texts, writeBook, writeZip } from './xlsx-fixture.ts';

let folder: string;
beforeAll(async () => void (folder = await scratch()));

const header = texts(1, 'Code', 'Nom', 'Montant', 'Date');
let made = 0;
const book = (shape: BookShape) => writeBook(join(folder, `${++made}.xlsx`), shape);
const sheet = async (rows: string, more: Partial<BookShape> = {}) =>
  read(await book({ sheets: { Feuil1: header + rows }, ...more }));

describe('what a workbook of Excel holds arrives as its owner sees it', () => {
  it('reads what exceljs wrote: shared strings, dates, numbers, formulas, booleans, errors', async () => {
    const path = join(folder, 'exceljs.xlsx');
    const writer = new exceljs.Workbook();
    const page = writer.addWorksheet('Clients');
    page.addRow(['Code', 'Nom', 'Montant', 'Date', 'Actif', 'Total']);
    page.addRow(['00123', 'Été & Cie', 1234.56, new Date('2026-01-31'), true, { formula: 'C2*2', result: 2469.12 }]);
    page.addRow([411000, 'Été & Cie', 0.1 + 0.2, null, false, { error: '#REF!' }]);
    page.getColumn(4).numFmt = 'dd/mm/yyyy';
    await writer.xlsx.writeFile(path);

    const { records, format, summary, raws } = await read(path);

    expect(format).toEqual({
      kind: 'xlsx',
      sheet: 'Clients',
      headerLine: 1,
      header: ['Code', 'Nom', 'Montant', 'Date', 'Actif', 'Total'],
      date1904: false,
    });
    expect(await formatOf(path)).toEqual(format);
    expect(records).toEqual([
      [2, '00123', 'Été & Cie', 'number:1234.56', 'date:2026-01-31', 'bool:true', 'number:2469.12'],
      [3, 'number:411000', 'Été & Cie', 'number:0.3', '', 'bool:false', 'error:#REF!'],
    ]);
    expect(raws[0]).toBe('00123;Été & Cie;1234.56;2026-01-31;true;2469.12');
    expect(summary).toMatchObject({ lines: 3, records: 2, defects: 0 });
  });

  it('reads rich text, inline text and escapes, and ignores phonetic runs', async () => {
    const strings =
      '<si><r><t>Du</t></r><r><rPr><b/></rPr><t xml:space="preserve">pont </t></r><rPh sb="0" eb="1"><t>デュ</t></rPh></si>' +
      '<si><t>a_x000D_b</t></si><si><t/></si><si/>';
    const { records } = await sheet(
      '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c><c r="D2" t="s"><v>3</v></c></row>' +
        '<row r="3"><c r="A3" t="inlineStr"><is><r><t>x</t></r><r><t>&amp;y</t></r><rPh><t>z</t></rPh></is></c><c r="B3" t="str"><v>=1</v></c></row>',
      { strings },
    );
    expect(records).toEqual([
      [2, 'Dupont ', 'a\rb', '', ''],
      [3, 'x&y', '=1', '', ''],
    ]);
  });

  it('takes the cached value of a formula, and marks a formula that has none', async () => {
    const { records } = await sheet(
      '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>B1&amp;"x"</f></c><c r="C2"><f>SUM(A:A)</f><v></v></c>' +
        '<c r="D2" t="str"><f>IF(1,"")</f><v></v></c></row><row r="3"><c r="A3" t="str"><f>A1</f><v>Code</v></c><c r="B3"><f t="shared" si="0"/></c></row>',
    );
    expect(records).toEqual([
      [2, 'number:2', 'uncomputed:=B1&"x"', 'uncomputed:=SUM(A:A)', ''],
      [3, 'Code', 'uncomputed:=', '', ''],
    ]);
  });

  it('knows dates by built-in, custom and French formats, by t="d", and in the 1904 system', async () => {
    const formats = [14, 'dd/mm/yyyy', '#,##0.00 [$€-40C]', '[$-40C]d mmm yyyy hh:mm', 22, 'h:mm'];
    const cells =
      '<c r="A2" s="1"><v>46053</v></c><c r="B2" s="2"><v>46053</v></c><c r="C2" s="3"><v>46053</v></c><c r="D2" s="4"><v>46053.5</v></c>' +
      '<c r="E2" t="d"><v>2026-01-31T00:00:00</v></c><c r="F2" s="6"><v>0.5</v></c><c r="G2" s="1" t="s"><v>0</v></c><c r="H2" s="99"><v>1</v></c>';
    const strings = '<si><t>31/01/2026</t></si>';
    const { records } = await sheet(`<row r="2">${cells}</row>`, { formats, strings });
    expect(records[0]).toEqual([
      2,
      'date:2026-01-31',
      'date:2026-01-31',
      'number:46053',
      'date:2026-01-31T12:00:00',
      'date:2026-01-31',
      '12:00:00',
      '31/01/2026',
      'number:1',
    ]);
    const mac = await sheet('<row r="2"><c r="A2" s="1"><v>44591</v></c></row>', { formats, date1904: true });
    expect(mac.records[0]?.[1]).toBe('date:2026-01-31');
    expect(mac.format.date1904).toBe(true);
  });

  it('keeps the zeros that the format of a number shows: postcodes, codes, telephones', async () => {
    const formats = ['00000', '0#" "##" "##" "##" "##', '000\\-000', '#,##0', '0.00', '0'];
    const cell = (column: string, style: number, value: string) => `<c r="${column}2" s="${style}"><v>${value}</v></c>`;
    const cells = [cell('A', 1, '6000'), cell('B', 2, '612345678'), cell('C', 3, '42'), cell('D', 4, '1234')];
    const others = [
      cell('E', 5, '7'),
      cell('F', 6, '7'),
      cell('G', 1, '1.5'),
      cell('H', 1, '-3'),
      cell('I', 1, '123456'),
    ];
    const { records } = await sheet(`<row r="2">${[...cells, ...others].join('')}</row>`, { formats });
    expect(records[0]?.slice(1)).toEqual(
      ['06000', '0612345678', '000042', '1234', '7', '7', '1.5', '-3', '123456'].map((text) => `number:${text}`),
    );
  });

  it('reads a code with the letters that its format shows', async () => {
    const formats = ['"FA"00000', '"C"0', '"411"000', '"EUR"0', '"N° "0'];
    const cells = formats.map((_, i) => `<c r="${String.fromCharCode(65 + i)}2" s="${i + 1}"><v>42</v></c>`);
    const { records } = await sheet(`<row r="2">${cells.join('')}</row>`, { formats });
    expect(records[0]?.slice(1)).toEqual(['FA00042', 'C42', '411042', 'number:42', 'number:42']);
  });

  it('reads an amount with the side that its format shows, and hundredths as percent', async () => {
    const shown: [format: string | number, value: string, read: string][] = [
      ['#,##0.00" Cr"', '120.5', '120.5 C'],
      ['""0.00" Dr"', '80', '80 D'],
      ['#,##0.00\\ \\C\\R', '7', '7 C'],
      ['#,##0.00" D";#,##0.00" C"', '12.5', '12.5 D'],
      ['#,##0.00" D";#,##0.00" C"', '-12.5', '12.5 C'],
      ['#,##0.00;#,##0.00" C"', '12.5', 'number:12.5'],
      ['#,##0.00;#,##0.00" C"', '-12.5', '12.5 C'],
      ['#,##0.00" C"', '-12.5', '-12.5 C'],
      ['#,##0.00" C"', '0', 'number:0'],
      ['0%', '0.2', '20%'],
      [10, '0.196', '19.6%'],
      ['#,##0.00" jours"', '3', 'number:3'],
      ['0.00"%"', '3', 'number:3'],
    ];
    const cells = shown.map(([, v], i) => `<c r="${String.fromCharCode(65 + i)}2" s="${i + 1}"><v>${v}</v></c>`);
    const formats = shown.map(([format]) => format);
    const { records } = await sheet(`<row r="2">${cells.join('')}</row>`, { formats });
    expect(records[0]?.slice(1)).toEqual(shown.map(([, , read]) => read));
  });

  it('tells a number whose format shows another currency than the euro', async () => {
    const foreign = [
      '[$$-409]#,##0.00',
      '[$CHF] #,##0.00',
      '#,##0.00 "USD"',
      '#,##0.00 "DH"',
      '£#,##0.00',
      '#,##0.00\\ [$kr-41D]',
      '\\$0',
    ];
    const euros = [
      '#,##0.00 [$€-40C]',
      '#,##0.00\\ "€"',
      '[$-40C]0.00',
      '#,##0.00;[Red]-#,##0.00',
      '0.00 "TTC"',
      'General',
    ];
    const formats = [...foreign, ...euros];
    const cells = formats.map((_, i) => `<c r="${String.fromCharCode(65 + i)}2" s="${i + 1}"><v>12.5</v></c>`);
    const { records } = await sheet(`<row r="2">${cells.join('')}</row>`, { formats });
    expect(records[0]?.slice(1)).toEqual([...foreign.map(() => 'foreign:12.5'), ...euros.map(() => 'number:12.5')]);
  });

  it('leaves a merged range its first cell, and reads hidden rows and columns', async () => {
    const path = join(folder, 'merged.xlsx');
    const writer = new exceljs.Workbook();
    const page = writer.addWorksheet('Clients');
    page.addRow(['Code', 'Nom', 'Montant']);
    page.addRow(['C1', 'Durand', 12]);
    page.addRow([null, 'Durand bis', 13]);
    page.mergeCells('A2:A3');
    page.getRow(3).hidden = true;
    page.getColumn(2).hidden = true;
    await writer.xlsx.writeFile(path);
    expect((await read(path)).records).toEqual([
      [2, 'C1', 'Durand', 'number:12'],
      [3, '', 'Durand bis', 'number:13'],
    ]);
  });
});

describe('odd but readable shapes', () => {
  it('reads cells and rows without references, in any order, with gaps and empty rows', async () => {
    const { records } = await read(
      await book({
        sheets: {
          A:
            '<row><c t="inlineStr"><is><t>Code</t></is></c><c t="inlineStr"><is><t>Nom</t></is></c></row>' +
            '<row><c><v>1</v></c><c><v>2</v></c></row>' +
            '<row r="7"><c r="B7"><v>4</v></c><c r="A7"><v>3</v></c></row>' +
            '<row r="8"><c r="A8" t="inlineStr"><is><t>  </t></is></c><c r="B8" s="0"/></row>' +
            '<row/><row><c r="B10"><v>5</v></c></row><row><c r="A20"><v>6</v></c></row>',
        },
      }),
    );
    expect(records).toEqual([
      [2, 'number:1', 'number:2'],
      [7, 'number:3', 'number:4'],
      [10, '', 'number:5'],
      [20, 'number:6', ''],
    ]);
  });

  it.each<[string, Partial<BookShape>]>([
    ['the sheet precedes its strings in the zip', { first: ['xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml'] }],
    ['element names have a prefix', { prefix: 'x:' }],
    ['the workbook is Strict Open XML', { strict: true }],
  ])('reads a workbook where %s', async (_, more) => {
    const { records } = await sheet('<row r="2"><c r="A2" t="s"><v>0</v></c></row>', {
      strings: '<si><t>Durand</t></si>',
      ...more,
    });
    expect(records).toEqual([[2, 'Durand', '', '', '']]);
  });

  it('keeps control characters that sloppy exports write, as text', async () => {
    const { records } = await sheet(texts(2, 'a\u000bb', '\u0000', 'x\uffff'));
    expect(records).toEqual([[2, 'a\u000bb', '\u0000', 'x\uffff', '']]);
  });

  it('reads UTF-16 parts and parts named in another case', async () => {
    const parts = bookParts({ sheets: { A: header + texts(2, 'é') } });
    const { 'xl/worksheets/sheet1.xml': content = '', ...others } = parts;
    const utf16 = Buffer.from('\ufeff' + content.toString().replace('UTF-8', 'UTF-16'), 'utf16le');
    const path = await writeZip(join(folder, 'utf16.xlsx'), { ...others, 'xl/Worksheets/Sheet1.xml': utf16 });
    expect((await read(path)).records).toEqual([[2, 'é', '', '', '']]);
  });

  it('skips a header that repeats in the middle, and counts it', async () => {
    const repeated = texts(3, 'Code', 'Nom', 'Montant', 'Date');
    const { records, summary } = await sheet(texts(2, 'C1') + repeated + texts(4, 'C2'));
    expect(records.map(([line]) => line)).toEqual([2, 4]);
    expect(summary.repeatedHeaders).toBe(1);
  });

  it('waits between chunks when the consumer asks for it', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => texts(i + 2, `C${i}`, 'x'.repeat(20))).join('');
    let waits = 0;
    let consumed = 0;
    const path = await book({ sheets: { A: header + rows } });
    const { records } = await read(path, {
      pause: async (bytes) => {
        consumed = Math.max(consumed, bytes);
        await new Promise(setImmediate);
        waits++;
      },
    });
    expect(records).toHaveLength(5000);
    expect(waits).toBeGreaterThan(5);
    expect(consumed).toBeLessThanOrEqual((await readFile(path)).length);
  });

  it('lets an error of the consumer through as it is', async () => {
    const mine = new Error('mine');
    const path = await book({ sheets: { A: header + texts(2, 'C1') } });
    const onRecord = () => {
      throw mine;
    };
    await expect(read(path, { onRecord })).rejects.toBe(mine);
  });
});

describe('the right sheet and the right header', () => {
  const data = header + texts(2, 'C1', 'Durand');

  it('passes over a first sheet whose header matches nothing, and prefers visible sheets', async () => {
    const path = await book({ sheets: { Notice: texts(1, 'Lisez-moi', 'Date'), '-Ancien': data, Export: data } });
    expect((await read(path)).format.sheet).toBe('Export');
  });

  it('names the other visible sheets that hold the same columns, for they are not read', async () => {
    const path = await book({
      sheets: { 2025: data, Notice: texts(1, 'Lisez-moi', 'Date'), 2026: data, '-Ancien': data },
    });
    const { format, summary } = await read(path);
    expect([format.sheet, summary.unread]).toEqual(['2025', ['2026']]);
    expect((await read(path, { sheet: '2026' })).summary.unread).toEqual([]);
  });

  it('reads the sheet that the mapping names, hidden or not', async () => {
    const path = await book({ sheets: { Un: data, '-Deux': data } });
    expect((await read(path, { sheet: ' deux ' })).format.sheet).toBe('Deux');
  });

  it('finds the header below a preamble, and reads nothing above it', async () => {
    const path = await book({
      sheets: { A: texts(1, 'Balance âgée') + texts(3, 'Édité le', 'Date') + texts(6, 'Nom', 'Code') + texts(7, 'a') },
    });
    const { format, records } = await read(path);
    expect(format).toMatchObject({ headerLine: 6, header: ['Nom', 'Code'] });
    expect(records).toEqual([[7, 'a', '']]);
  });

  it('takes the header line that is pinned, or none at all', async () => {
    const path = await book({ sheets: { A: texts(1, 'a', 'b') + texts(80, 'c', 'd') + texts(81, 'e', 'f') } });
    expect((await read(path, { headerLine: 80 })).records).toEqual([[81, 'e', 'f']]);
    const positional = await read(path, { headerLine: 0 });
    expect(positional.format).toMatchObject({ headerLine: 0, header: [] });
    expect(positional.records).toHaveLength(3);
  });

  it('names the sheets and the line it saw where none fits', async () => {
    const path = await book({ sheets: { Feuil1: texts(2, 'Produit', 'Stock'), Feuil2: '' } });
    await expect(read(path)).rejects.toMatchObject({
      code: 'no_matching_sheet',
      params: { sheets: 'Feuil1, Feuil2', seen: 'Produit, Stock' },
    });
    await expect(read(path, { sheet: 'Export' })).rejects.toMatchObject({ code: 'no_matching_sheet' });
  });
});

describe('a row beyond its bounds is a defect, and the others are read', () => {
  it('refuses text beyond column 512 but not empty cells there', async () => {
    const { records, defects } = await sheet(
      '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="0"/></row><row r="3"><c r="A3"><v>2</v></c><c r="XFD3"><v>1</v></c></row><row r="4"><c r="A4"><v>3</v></c></row>',
    );
    expect(records.map(([line]) => line)).toEqual([2, 4]);
    expect(defects).toEqual([{ code: 'too_many_columns', line: 3, raw: '2' }]);
  });

  it('refuses a record over 1 MiB, from inline and from shared text', async () => {
    const long = 'é'.repeat(600_000);
    const shared = '<row r="3"><c r="A3" t="s"><v>0</v></c></row>' + texts(4, 'ok');
    const { records, defects } = await sheet(texts(2, long) + shared, { strings: `<si><t>${long}</t></si>` });
    expect(records.map(([line]) => line)).toEqual([4]);
    expect(defects.map(({ code, line }) => [code, line])).toEqual([
      ['record_too_long', 2],
      ['record_too_long', 3],
    ]);
    expect(defects.every(({ raw }) => raw.length <= 4096)).toBe(true);
  });
});

describe('hostile and broken files get a clear error, fast', () => {
  const within = async (path: string, code: string, request: Parameters<typeof read>[1] = {}) => {
    const start = performance.now();
    await expect(read(path, request)).rejects.toMatchObject({ code });
    expect(performance.now() - start).toBeLessThan(3000);
  };

  it('refuses a file that was cut, wherever it was cut', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => texts(i + 2, `C${i}`, String(Math.random()))).join('');
    const whole = await readFile(await book({ sheets: { A: header + rows } }));
    const path = join(folder, 'cut.xlsx');
    for (const share of [0, 0.001, 0.3, 0.7, 0.95, 0.99, 0.9999]) {
      await writeFile(path, whole.subarray(0, Math.floor(whole.length * share)));
      await within(path, 'xlsx_damaged');
    }
  });

  it('gives the whole truth or a clear error, whichever bytes are damaged', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => texts(i + 2, `C${i}`, `Né ${i}`)).join('');
    const whole = await readFile(await book({ sheets: { A: header + rows } }));
    const { records } = await read(await book({ sheets: { A: header + rows } }));
    const path = join(folder, 'damaged.xlsx');
    const edit = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const copy = Buffer.from(whole);
        for (const [at, byte] of edits) copy[at] = byte;
        await writeFile(path, copy);
        const outcome = await read(path).then(
          (result) => result.records,
          (error: unknown) => error,
        );
        if (outcome instanceof ArrivageError) expect(outcome.entry.http).toBe(422);
        else expect(outcome).toEqual(records);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses a file with a flipped byte in its sheet', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => texts(i + 2, `C${i}`, String(Math.random()))).join('');
    const whole = await readFile(await book({ sheets: { A: header + rows } }));
    const path = join(folder, 'flipped.xlsx');
    for (const share of [0.2, 0.4, 0.6, 0.8]) {
      const copy = Buffer.from(whole);
      const at = Math.floor(whole.length * share);
      copy[at] = (copy[at] ?? 0) ^ 0x10;
      await writeFile(path, copy);
      await within(path, 'xlsx_damaged');
    }
  });

  const limits = { entries: 50, inflated: 16 * 1024 ** 2, ratio: 200, ratioFrom: 1024 ** 2 };

  it('refuses a zip bomb, whichever part it hides in, while memory stays flat', async () => {
    const elements = Buffer.alloc(128 * 1024 ** 2, '<a/>');
    elements.write('<r1>');
    const shape = { sheets: { A: header }, strings: '' };
    for (const part of ['xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml', 'xl/styles.xml', 'xl/workbook.xml']) {
      const path = await book({ ...shape, parts: { [part]: elements } });
      const before = process.memoryUsage().rss;
      await expect(read(path, { limits })).rejects.toMatchObject({ code: 'xlsx_too_large' });
      expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 ** 2);
    }
  });

  it('reads past a bomb that it has no need to open', async () => {
    const parts = { 'xl/media/image1.bin': Buffer.alloc(100 * 1024 ** 2) };
    const path = await book({ sheets: { A: header + texts(2, 'C1') }, parts });
    expect((await read(path, { limits })).records).toHaveLength(1);
  });

  it('does not believe the sizes that the zip declares', async () => {
    const parts = bookParts({ sheets: { A: header } });
    const bomb = Buffer.from(
      String(parts['xl/worksheets/sheet1.xml']).replace('<sheetData>', '$&' + '<a/>'.repeat(1e7)),
    );
    const path = await writeZip(join(folder, 'liar.xlsx'), { ...parts, 'xl/worksheets/sheet1.xml': bomb });
    const bytes = await readFile(path);
    const declared = Buffer.alloc(4);
    declared.writeUInt32LE(bomb.length);
    for (let at = bytes.indexOf(declared); at >= 0; at = bytes.indexOf(declared)) bytes.writeUInt32LE(1000, at);
    await writeFile(path, bytes);
    await expect(read(path, { limits })).rejects.toMatchObject({ code: 'xlsx_too_large' });
  });

  it('refuses too many parts, two parts of one name, and encrypted parts', async () => {
    const shape = { sheets: { A: header } };
    const crowd = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x${i}`, '']));
    await within(await book({ ...shape, parts: crowd }), 'xlsx_too_large', { limits });
    await within(await book({ ...shape, parts: { 'XL/workbook.xml': '' } }), 'xlsx_damaged');
    const path = await book(shape);
    const bytes = await readFile(path);
    const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    bytes.writeUInt16LE(bytes.readUInt16LE(central + 8) | 1, central + 8);
    await writeFile(path, bytes);
    await within(path, 'password_protected');
  });

  it.each([
    ['a document type', '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet><sheetData/></worksheet>'],
    ['an unknown entity', '<worksheet><sheetData><row><c t="str"><v>&lol;</v></c></row></sheetData></worksheet>'],
    ['elements nested without end', '<a>'.repeat(100_000)],
    ['a tag that never ends', `<worksheet ${'a="b" '.repeat(1_000_000)}`],
    ['an element left open', '<worksheet><sheetData><row r="1">'],
    ['bytes that are no UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0xfe, 0x3c, 0x2f, 0x61, 0x3e])],
    [
      'a shared string that is not there',
      '<worksheet><sheetData><row><c t="s"><v>9</v></c></row></sheetData></worksheet>',
    ],
    ['a row number out of bounds', '<worksheet><sheetData><row r="9999999"/></sheetData></worksheet>'],
    ['nothing', ''],
  ])('refuses %s', async (_, xml) => {
    await within(await book({ sheets: { A: header }, parts: { 'xl/worksheets/sheet1.xml': xml } }), 'xlsx_damaged');
  });

  it.each<[string, string, Record<string, string>]>([
    [
      'an OpenDocument sheet',
      'other_format',
      { mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<a/>' },
    ],
    ['any zip', 'archive_file', { 'clients.csv': 'code;nom' }],
    [
      'a binary workbook',
      'other_format',
      {
        '_rels/.rels':
          '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        'xl/workbook.bin': '',
      },
    ],
    [
      'a Word document',
      'no_table',
      {
        '_rels/.rels':
          '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></Relationships>',
        'word/document.xml': '<document/>',
      },
    ],
  ])('says of %s that it is no workbook', async (name, code, parts) =>
    within(await writeZip(join(folder, `${name}.xlsx`), parts), code),
  );
});
