import type { MessagePort } from 'node:worker_threads';
import type { Stream, ThreadMessage } from './thread-protocol.ts';

/** Chunks that the main thread may hold at once; a chunk is usually 256 KiB. */
const CREDITS = 12;
const BUFFER_BYTES = 262_144;

/** The parsing thread's end of the conveyor: buffers go out full and come back empty. */
export interface Outbox {
  take(bytes: number): Uint8Array<ArrayBuffer>;
  /** Sends a buffer away; it must not be touched afterwards. */
  give(stream: Stream, buffer: Uint8Array, length: number): void;
  /** Resolves as soon as the main thread is not behind. */
  ready(): Promise<void>;
  returned(buffer: ArrayBuffer): void;
}

export function createOutbox(port: MessagePort): Outbox {
  const spare: ArrayBuffer[] = [];
  let away = 0;
  let wake: (() => void) | undefined;
  return {
    take: (bytes) => {
      const reused = bytes <= BUFFER_BYTES ? spare.pop() : undefined;
      return new Uint8Array(reused ?? new ArrayBuffer(Math.max(bytes, BUFFER_BYTES)));
    },
    give: (stream, buffer, length) => {
      away++;
      // Buffers come from `take`, so nothing else shares their memory.
      const bytes = buffer as Uint8Array<ArrayBuffer>;
      port.postMessage({ kind: 'chunk', stream, bytes, length } satisfies ThreadMessage, [bytes.buffer]);
    },
    ready: () => (away < CREDITS ? Promise.resolve() : new Promise((resolve) => (wake = resolve))),
    returned: (buffer) => {
      away--;
      if (buffer.byteLength === BUFFER_BYTES && spare.length < CREDITS) spare.push(buffer);
      if (away < CREDITS) wake?.();
    },
  };
}
