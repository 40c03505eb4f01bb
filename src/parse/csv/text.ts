import type { CsvFormat } from '../../model/format.ts';
import { findMarks, markedBytes } from './marks.ts';
import type { ScanRules, Text } from './scan.ts';
import { mending } from '../encoding/mend.ts';
import { createTranscoder } from '../encoding/transcode.ts';

/** The UTF-8 that a reader still has to look at: the rest of the last chunk, then the next one. */
export interface TextBuffer extends Text {
  bytes: Buffer;
  append(chunk: Uint8Array): void;
  /** Nothing follows. */
  finish(): void;
  /** Forgets what stands before `pos`. */
  drop(pos: number): void;
  /** Makes room for `length` bytes in all. */
  reserve(length: number): void;
  /** The last byte of all text so far; `undefined` before the first. */
  readonly lastByte: number | undefined;
}

const LF = 0x0a;
/** Growing in steps keeps a buffer that fits from being made anew for every chunk. */
const step = 1 << 16;
/** For the closing LF and for reading by fours. */
const slack = 4;

export function createTextBuffer(
  format: Pick<CsvFormat, 'encoding' | 'repairs' | 'delimiter' | 'quote'>,
  rules: ScanRules,
): TextBuffer {
  const transcoder = (format.repairs ?? []).reduce(
    (inner, repair) => mending(inner, repair, format),
    createTranscoder(format.encoding),
  );
  const marked = markedBytes(rules.delimiter, rules.loneCr);
  let lastByte: number | undefined;

  const close = (end: number): void => {
    if (end > buffer.filled) lastByte = buffer.bytes[end - 1];
    buffer.filled = end;
    buffer.bytes[end] = LF;
    if (buffer.marks.length < buffer.bytes.length) buffer.marks = new Int32Array(buffer.bytes.length);
    buffer.markCount = findMarks(buffer.bytes, end, marked, buffer.marks);
  };

  const buffer: TextBuffer = {
    bytes: Buffer.alloc(0),
    filled: 0,
    final: false,
    marks: new Int32Array(0),
    markCount: 0,
    get lastByte() {
      return lastByte;
    },
    append(chunk) {
      buffer.reserve(buffer.filled + transcoder.bound(chunk.length) + slack);
      close(transcoder.write(chunk, buffer.bytes, buffer.filled));
    },
    finish() {
      buffer.reserve(buffer.filled + transcoder.bound(0) + slack);
      close(transcoder.end(buffer.bytes, buffer.filled));
      buffer.final = true;
    },
    drop(pos) {
      buffer.bytes.copyWithin(0, pos, buffer.filled + 1);
      buffer.filled -= pos;
    },
    reserve(length) {
      if (length <= buffer.bytes.length) return;
      const larger = Buffer.alloc(Math.ceil(length / step + 1) * step);
      larger.set(buffer.bytes.subarray(0, buffer.filled + 1));
      buffer.bytes = larger;
    },
  };
  return buffer;
}
