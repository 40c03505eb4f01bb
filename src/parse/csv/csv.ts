import type { CsvFormat } from '../../model/format.ts';
import { unguarded } from '../../model/guarded.ts';
import type { ParseDefect, RecordView } from '../../model/record.ts';
import { createRecords } from './records.ts';
import { markAt } from './marks.ts';
import { createScan, incomplete, lineEnd, nextLine, open, scanRules, stray } from './scan.ts';
import { scannerOf } from './scan-form.ts';
import { createTextBuffer } from './text.ts';

export interface CsvSink {
  /**
   * One call per record. Records of one chunk whose cells hold doubled or stray quotes come after its others: `line`
   * is right, the order within a chunk is not the file's.
   */
  onRecord(view: RecordView): void;
  /** The header stands again on this line, word for word. Comes before the records that follow it. */
  onHeader?(line: number): void;
  onDefect(defect: ParseDefect): void;
}

export interface CsvSummary {
  /** Physical lines, the header and what precedes it included. */
  lines: number;
  /** Records handed over. */
  records: number;
  defects: number;
  /** Lines that repeat the header word for word: read, and skipped. Not among `records`. */
  repeatedHeaders: number;
  /** The last line has no line end: over plain FTP a sign that the file was cut. */
  endedWithoutNewline: boolean;
  /** And that line, moreover, has fewer cells than the header. */
  lastRecordShort: boolean;
}

export interface CsvReader {
  /** Source bytes in the format's encoding, cut anywhere; calls the sink for what is complete. */
  write(chunk: Uint8Array): void;
  /** Counts lines that need not be read. @returns false in the middle of a record, which may go on in them */
  pass(lines: number): boolean;
  end(): CsvSummary;
}

/** Bytes of a record in UTF-8, without its line end. */
export const recordBound = 1 << 20;
/** Two CRs may still precede the LF that shows that a record keeps its bound. */
const undecidedBound = recordBound + 2;
/** Bytes looked at again after stray quotes, in all; from there on a bad record takes its whole extent with it. */
const rereadBound = 1 << 27;
/** Chunks are taken in pieces that stay in the processor's cache. */
const pieceBound = 1 << 18;
/** Characters of a refused record that a defect shows. */
const shownBound = 4096;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads a CSV or an FEC: bytes → records. Nothing is allocated per record but for cells with doubled or stray quotes;
 * memory is bounded by a chunk and a record. Rows without text in any cell are no records and are not counted.
 *
 * A record that makes no sense costs the line on which it begins, and reading goes on at the next line: a stray quote
 * at a cell's start must not swallow what follows.
 */
export function createCsvReader(format: CsvFormat, sink: CsvSink): CsvReader {
  const rules = scanRules(format);
  const scan = createScan();
  const scanRecord = scannerOf(rules);
  const text = createTextBuffer(format, rules);
  const records = createRecords(
    format,
    rules,
    scan,
    text,
    (view) => sink.onRecord(view),
    (line) => sink.onHeader?.(line),
  );
  let line = 1;
  let defects = 0;
  let skipping = false;
  let reread = 0;

  /** Reads all that the text holds whole. */
  function read(): void {
    let pos = 0;
    scan.mark = 0;
    while (pos < text.filled) {
      const next = skipping || line < format.headerLine ? passLine(pos) : readRecord(pos);
      if (next < 0) break;
      pos = next;
    }
    records.flush();
    text.drop(pos);
  }

  function readRecord(start: number): number {
    const next = scanRecord(scan, rules, text, start);
    if (next < 0 && next !== stray && !text.final && text.filled - start <= undecidedBound) return incomplete;
    if (next < 0 || scan.rawEnd - start > recordBound) return refuse(start, next);
    if (scan.overflow) report('too_many_columns', start, scan.rawEnd);
    else records.take(start, line);
    line += scan.breaks + 1;
    return next;
  }

  /** Drops what there is of a line that is no record. */
  function passLine(start: number): number {
    const next = nextLine(rules, text, start);
    if (next >= 0) {
      skipping = false;
      line += 1;
      scan.mark = markAt(text.marks, text.markCount, next);
      return next;
    }
    const end = text.bytes[text.filled - 1] === CR ? text.filled - 1 : text.filled;
    return end > start ? end : incomplete;
  }

  /** Gives where to go on after a record that has no sensible end. */
  function refuse(start: number, outcome: number): number {
    const resume = nextLine(rules, text, start);
    const end = resume < 0 ? text.filled : lineEnd(text.bytes, start, resume);
    if (end - start > recordBound) {
      report('record_too_long', start, end);
      skipping = true;
      return start;
    }
    report(outcome === open && end === text.filled ? 'truncated' : 'unclosed_quote', start, end);
    line += 1;
    const stopped = Math.min(outcome < 0 ? scan.stopped : scan.rawEnd, start + recordBound);
    reread += Math.max(0, stopped - resume);
    if (reread > rereadBound) return passLines(resume, stopped);
    scan.mark = markAt(text.marks, text.markCount, resume);
    return resume;
  }

  /** Counts the lines up to the one in which `until` stands, and lets that one pass too. */
  function passLines(start: number, until: number): number {
    let pos = start;
    for (let next = pos; next >= 0 && next <= until && pos < text.filled; next = nextLine(rules, text, pos)) {
      if (next > pos) line += 1;
      pos = next;
    }
    skipping = true;
    return pos;
  }

  function report(code: ParseDefect['code'], start: number, end: number): void {
    defects += 1;
    const shown = text.bytes.toString('utf8', start, Math.min(end, start + 4 * shownBound));
    sink.onDefect({ code, line, raw: unguarded(shown).slice(0, shownBound) });
  }

  return {
    write(chunk) {
      for (let at = 0; at < chunk.length; at += pieceBound) {
        text.append(chunk.subarray(at, at + pieceBound));
        read();
      }
    },
    pass(lines) {
      if (skipping || text.filled > 0) return false;
      line += lines;
      return true;
    },
    end() {
      text.finish();
      read();
      const { lastByte } = text;
      return {
        lines: line - 1,
        records: records.records,
        defects,
        repeatedHeaders: records.repeatedHeaders,
        endedWithoutNewline: lastByte !== undefined && lastByte !== LF && !(rules.loneCr && lastByte === CR),
        lastRecordShort: records.lastRecordShort,
      };
    },
  };
}
