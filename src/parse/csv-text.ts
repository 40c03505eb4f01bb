import type { Encoding } from '../model/format.ts';
import type { Text } from './csv-scan.ts';
import { createTranscoder } from './transcode.ts';

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
const step = 1 << 20;

export function createTextBuffer(encoding: Encoding): TextBuffer {
  const transcoder = createTranscoder(encoding);
  let lastByte: number | undefined;

  const close = (end: number): void => {
    if (end > buffer.filled) lastByte = buffer.bytes[end - 1];
    buffer.filled = end;
    buffer.bytes[end] = LF;
  };

  const buffer: TextBuffer = {
    bytes: Buffer.alloc(0),
    filled: 0,
    final: false,
    get lastByte() {
      return lastByte;
    },
    append(chunk) {
      buffer.reserve(buffer.filled + transcoder.bound(chunk.length) + 1);
      close(transcoder.write(chunk, buffer.bytes, buffer.filled));
    },
    finish() {
      buffer.reserve(buffer.filled + transcoder.bound(0) + 1);
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
