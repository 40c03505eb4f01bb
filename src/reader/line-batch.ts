import type { Outbox } from './thread-outbox.ts';
import type { Stream } from './thread-protocol.ts';

export interface LineBatch {
  add(line: string): void;
  /** Sends what has been gathered. */
  flush(): void;
}

const encoder = new TextEncoder();
/** UTF-16 code units become three bytes at most. */
const MOST_BYTES = 3;

/** Gathers lines of COPY text until a buffer is full: each line in a buffer of its own would weigh 256 KiB. */
export function batchLines(outbox: Outbox, stream: Stream): LineBatch {
  let buffer: Uint8Array<ArrayBuffer> | undefined;
  let length = 0;
  const flush = () => {
    if (buffer) outbox.give(stream, buffer, length);
    buffer = undefined;
    length = 0;
  };
  return {
    add: (line) => {
      const most = line.length * MOST_BYTES;
      if (buffer && length + most > buffer.length) flush();
      buffer ??= outbox.take(most);
      length += encoder.encodeInto(line, buffer.subarray(length)).written;
    },
    flush,
  };
}
