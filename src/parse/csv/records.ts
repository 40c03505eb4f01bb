import type { CsvFormat } from '../../model/format.ts';
import { CellKind, type RecordView } from '../../model/record.ts';
import { markAt } from './marks.ts';
import { columnBound, type Scan, type ScanRules } from './scan.ts';
import { scannerOf } from './scan-form.ts';
import type { TextBuffer } from './text.ts';
import { createUnquoter } from './unquote.ts';

/** Decides what a scanned record is, and hands it over as a `RecordView`. */
export interface Records {
  /** The record that `scan` holds, which begins at `start` on that line. */
  take(start: number, line: number): void;
  /** Hands over what waited for its quotes to be undone. Before the text changes. */
  flush(): void;
  readonly records: number;
  readonly repeatedHeaders: number;
  /** The end of the file ended the last record, which has fewer cells than the header. */
  readonly lastRecordShort: boolean;
}

const SPACE = 0x20;

export function createRecords(
  format: CsvFormat,
  rules: ScanRules,
  scan: Scan,
  text: TextBuffer,
  onRecord: (view: RecordView) => void,
  onHeader: (line: number) => void,
): Records {
  const unquoter = createUnquoter(rules.form);
  const scanRecord = scannerOf(rules);
  const waiting: { start: number; line: number }[] = [];
  const width = format.header.length;
  let header: Uint8Array | undefined;
  let records = 0;
  let repeatedHeaders = 0;
  let lastRecordShort = false;

  const view: RecordView = {
    bytes: text.bytes,
    starts: scan.starts,
    ends: scan.ends,
    kinds: new Uint8Array(columnBound).fill(CellKind.text),
    count: 0,
    line: 0,
    breaks: 0,
    astray: -1,
    raw: text.bytes,
    rawStart: 0,
    rawEnd: 0,
  };

  function emit(start: number, line: number, astray = -1): void {
    view.bytes = view.raw = text.bytes;
    view.line = line;
    view.breaks = scan.breaks;
    view.astray = astray;
    view.rawStart = start;
    view.rawEnd = scan.rawEnd;
    view.count = scan.count;
    if (text.final && scan.rawEnd === text.filled) lastRecordShort = view.count < width;
    records += 1;
    onRecord(view);
  }

  function wait(start: number, line: number): void {
    for (let i = 0; i < scan.hardCount; i += 1) {
      const cell = scan.hard[i] as number;
      unquoter.add(text.bytes, scan.starts[cell] as number, scan.ends[cell] as number);
    }
    waiting.push({ start, line });
  }

  return {
    get records() {
      return records;
    },
    get repeatedHeaders() {
      return repeatedHeaders;
    },
    get lastRecordShort() {
      return lastRecordShort;
    },
    take(start, line) {
      if (line === format.headerLine) header = Uint8Array.from(text.bytes.subarray(start, scan.rawEnd));
      else if (isBlank(scan, rules, text.bytes, start)) return;
      else if (header && equals(header, text.bytes, start, scan.rawEnd)) {
        repeatedHeaders += 1;
        onHeader(line);
      } else if (scan.hardCount === 0) emit(start, line);
      else wait(start, line);
    },
    flush() {
      if (waiting.length === 0) return;
      const cells = unquoter.take();
      // The cells without their quotes go behind the text, so that they share a buffer with the record's others.
      let tail = text.filled + 1;
      text.reserve(tail + cells.reduce((sum, { text: { length } }) => sum + length, 0));
      let next = 0;
      for (const { start, line } of waiting) {
        scan.mark = markAt(text.marks, text.markCount, start);
        scanRecord(scan, rules, text, start);
        let astray = -1;
        for (let i = 0; i < scan.hardCount; i += 1) {
          const cell = scan.hard[i] as number;
          scan.starts[cell] = tail;
          const found = cells[next++];
          tail += text.bytes.write(found?.text ?? '', tail, 'latin1');
          if (found?.astray === true && astray < 0) astray = cell;
          scan.ends[cell] = tail;
        }
        emit(start, line, astray);
      }
      waiting.length = 0;
    },
  };
}

/** No text in any cell. The first byte settles it for nearly every record. */
function isBlank(scan: Scan, rules: ScanRules, bytes: Uint8Array, start: number): boolean {
  const first = bytes[start] as number;
  if (first > SPACE && first !== rules.delimiter && first !== rules.opening && start < scan.rawEnd) return false;
  for (let cell = 0; cell < scan.count; cell += 1) {
    const end = scan.ends[cell] as number;
    for (let pos = scan.starts[cell] as number; pos < end; pos += 1) if ((bytes[pos] as number) > SPACE) return false;
  }
  return true;
}

function equals(wanted: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== wanted.length) return false;
  for (let i = 0; i < wanted.length; i += 1) if (wanted[i] !== bytes[start + i]) return false;
  return true;
}
