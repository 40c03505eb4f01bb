import type { Format, FormatPins } from '../model/format.ts';
import { recordsOf } from '../parse/inspect.ts';
import { rowOf } from '../parse/rows.ts';
import { readXlsx } from '../parse/xlsx/xlsx.ts';
import { chunksOf } from './open-source.ts';
import { headerJudge } from '../validate/columns/judge.ts';

const enough = Symbol('enough');

/** The first `limit` records of a file, as texts. */
export async function sampleOf(path: string, format: Format, pins: FormatPins, limit: number): Promise<string[][]> {
  const rows: string[][] = [];
  if (format.kind !== 'xlsx') {
    for await (const { cells } of recordsOf(chunksOf(path), format, () => undefined)) {
      rows.push(cells);
      if (rows.length >= limit) break;
    }
    return rows;
  }
  try {
    await readXlsx(path, {
      judge: headerJudge(),
      sheet: format.sheet,
      headerLine: pins.headerLine ?? format.headerLine,
      onFormat: () => undefined,
      onDefect: () => undefined,
      onRecord: (view) => {
        rows.push(rowOf(view).cells);
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        if (rows.length >= limit) throw enough;
      },
    });
  } catch (reason) {
    if (reason !== enough) throw reason;
  }
  return rows;
}
