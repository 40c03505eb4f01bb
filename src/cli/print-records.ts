import { once } from 'node:events';
import type { Format, FormatPins } from '../model/format.ts';
import type { ParseDefect } from '../model/record.ts';
import { recordLine, recordsOf } from '../parse/inspect.ts';
import { rowOf } from '../parse/rows.ts';
import { readXlsx } from '../parse/xlsx/xlsx.ts';
import { chunksOf } from '../reader/open-source.ts';
import { headerJudge } from '../validate/columns/judge.ts';
import { visible } from './terminal.ts';

const FLUSH = 64 * 1024;

/** Writes every record of a file to standard output, one JSON array a line; memory stays flat. */
export async function printRecords(
  path: string,
  pins: FormatPins,
  format: Format,
  onDefect: (defect: ParseDefect) => void,
): Promise<void> {
  let piece = '';
  const flush = async (least: number) => {
    if (piece.length < least) return;
    const isFull = !process.stdout.write(piece);
    piece = '';
    if (isFull) await once(process.stdout, 'drain');
  };
  const take = (line: string) => (piece += `${visible(line)}\n`);
  if (format.kind === 'xlsx') {
    await readXlsx(path, {
      judge: headerJudge(),
      sheet: format.sheet,
      headerLine: pins.headerLine ?? format.headerLine,
      onFormat: () => undefined,
      onRecord: (view) => take(recordLine(rowOf(view))),
      onDefect,
      pause: () => flush(FLUSH),
    });
  } else {
    for await (const row of recordsOf(chunksOf(path), format, onDefect)) {
      take(recordLine(row));
      await flush(FLUSH);
    }
  }
  await flush(1);
}
