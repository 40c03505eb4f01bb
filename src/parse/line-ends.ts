import type { CsvFormat, LineEnds } from '../model/format.ts';
import { createScan, nextLine, scanRules } from './csv/scan.ts';
import { scannerOf } from './csv/scan-form.ts';
import { createTextBuffer } from './csv/text.ts';
import { markAt } from './csv/marks.ts';
import { rowsOf } from './rows.ts';

type Reading = Omit<CsvFormat, 'kind' | 'bom'>;

/**
 * How the lines of a file's first piece end, line breaks inside quotes aside. A CR alone ends lines where there is no
 * LF, and where more rows get the usual number of cells that way; otherwise it is a character of a label.
 */
export function lineEndsOf(head: Uint8Array, reading: Reading): LineEnds {
  const { kinds, loneCr } = endings(head, { ...reading, lineEnds: 'lf' });
  if (kinds.size === 0) return loneCr ? 'cr' : 'none';
  const share = (lineEnds: LineEnds) => regularity(head, { ...reading, lineEnds });
  if (loneCr ? share('mixed') >= share('lf') : kinds.size > 1) return 'mixed';
  return [...kinds].reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}

function endings(head: Uint8Array, reading: Reading) {
  const rules = scanRules(reading);
  const text = createTextBuffer(reading, rules);
  text.append(head);
  text.finish();
  const scan = createScan();
  const scanRecord = scannerOf(rules);
  const { opening, closing } = rules.form;
  const quoted = new RegExp(opening === '' ? '(?!)' : `${opening}[^${closing}]*${closing}`, 'g');
  const kinds = new Map<LineEnds, number>();
  let loneCr = false;
  for (let pos = 0; pos < text.filled;) {
    scan.mark = markAt(text.marks, text.markCount, pos);
    const next = scanRecord(scan, rules, text, pos);
    if (next < 0) {
      pos = nextLine(rules, text, pos);
      continue;
    }
    const record = text.bytes.toString('latin1', pos, next);
    const [end = ''] = /\r{0,2}\n$/.exec(record) ?? [];
    const kind = kindOf[end];
    if (kind) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    loneCr ||= record
      .slice(0, record.length - end.length)
      .replace(quoted, '')
      .includes('\r');
    pos = next;
  }
  return { kinds, loneCr };
}

const kindOf: Record<string, LineEnds> = { '\n': 'lf', '\r\n': 'crlf', '\r\r\n': 'crcrlf' };

/** The share of rows that have the usual number of cells. */
function regularity(head: Uint8Array, reading: Reading): number {
  const rows = rowsOf(head, reading);
  return rows.filter(({ cells }) => cells.length === usualWidth(rows)).length / rows.length;
}

export function usualWidth(rows: readonly { cells: readonly string[] }[]): number {
  const seen = new Map<number, number>();
  for (const { cells } of rows) seen.set(cells.length, (seen.get(cells.length) ?? 0) + 1);
  return [...seen].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
}
