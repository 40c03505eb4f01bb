import type { Format, FormatPins, HeaderJudge } from '../model/format.ts';
import { recordsOf } from '../parse/inspect.ts';
import { rowOf, type Row } from '../parse/rows.ts';
import { readXlsx } from '../parse/xlsx/xlsx.ts';
import { chunksOf } from './open-source.ts';

const enough = Symbol('enough');

/** The first `limit` records of a file whose format was found with this judge, as texts. */
export async function sampleOf(
  path: string,
  format: Format,
  { pins, judge, limit }: { pins: FormatPins; judge: HeaderJudge; limit: number },
): Promise<Row[]> {
  const rows: Row[] = [];
  if (format.kind !== 'xlsx') {
    for await (const row of recordsOf(chunksOf(path), format, () => undefined)) {
      rows.push(row);
      if (rows.length >= limit) break;
    }
    return rows;
  }
  try {
    await readXlsx(path, {
      judge,
      sheet: format.sheet,
      headerLine: pins.headerLine ?? format.headerLine,
      onFormat: () => undefined,
      onDefect: () => undefined,
      onRecord: (view) => {
        rows.push(rowOf(view));
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        if (rows.length >= limit) throw enough;
      },
    });
  } catch (reason) {
    if (reason !== enough) throw reason;
  }
  return rows;
}
