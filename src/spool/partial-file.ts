import type { FileHandle } from 'node:fs/promises';
import { ArrivageError } from '../errors.ts';
import { onDisk } from './failures.ts';
import type { PartialFile } from './spool.ts';

const BATCH_CHUNKS = 64;
const BATCH_BYTES = 4 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;

interface Pending {
  chunk: Uint8Array;
  position: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * A partial on disk. Chunks that arrive while a write is under way and follow one another go out in one writev:
 * SFTP clients send 32 KB at a time, and a system call for each costs more than the copy.
 * @param grew is told by how many bytes the file grew or shrank
 * @param closed is called once, after the handle is closed
 */
export function openPartialFile(
  id: string,
  handle: FileHandle,
  initialSize: number,
  grew: (bytes: number) => void,
  closed: () => void,
): PartialFile {
  const pending: Pending[] = [];
  let size = initialSize;
  let pumping: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  const resize = (to: number): void => {
    grew(to - size);
    size = to;
  };

  async function writeBatch(batch: readonly Pending[]): Promise<void> {
    const start = batch[0]?.position ?? 0;
    try {
      await writeAll(handle, batch, start, (end) => {
        if (end > size) resize(end);
      });
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async function pump(): Promise<void> {
    for (let batch = takeRun(pending); batch.length > 0; batch = takeRun(pending)) await writeBatch(batch);
    pumping = undefined;
  }

  async function drained(): Promise<void> {
    while (pumping) await pumping;
  }

  async function shut(): Promise<void> {
    await drained();
    try {
      await handle.close();
    } finally {
      closed();
    }
  }

  return {
    id,
    get size() {
      return size;
    },
    write(chunk, position) {
      if (closing) return Promise.reject(new ArrivageError('bad_request', { why: 'the file is closed' }));
      return new Promise((resolve, reject) => {
        pending.push({ chunk, position, resolve, reject });
        pumping ??= pump();
      });
    },
    async truncate(to) {
      await drained();
      await onDisk(handle.truncate(to));
      resize(to);
    },
    async sync() {
      await drained();
      await onDisk(handle.sync());
    },
    async *readAll() {
      await drained();
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      for (let position = 0; ;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    },
    close: () => (closing ??= shut()),
  };
}

/** Takes from the front what can go out as one write. */
function takeRun(pending: Pending[]): Pending[] {
  let count = 0;
  let bytes = 0;
  for (const { chunk, position } of pending) {
    const first = pending[0];
    if (!first || position !== first.position + bytes || count === BATCH_CHUNKS || bytes >= BATCH_BYTES) break;
    bytes += chunk.length;
    count++;
  }
  return pending.splice(0, count);
}

/** Writes everything, however many calls it takes; a disk that fills up mid-way has taken what `reached` was told. */
async function writeAll(
  handle: FileHandle,
  batch: readonly Pending[],
  start: number,
  reached: (end: number) => void,
): Promise<void> {
  let chunks = batch.map(({ chunk }) => chunk);
  for (let position = start; chunks.length > 0;) {
    const { bytesWritten } = await onDisk(handle.writev(chunks, position));
    position += bytesWritten;
    reached(position);
    chunks = behind(chunks, bytesWritten);
  }
}

function behind(chunks: Uint8Array[], bytes: number): Uint8Array[] {
  let rest = bytes;
  for (let i = 0; i < chunks.length; i++) {
    const chunk = chunks[i];
    if (!chunk || rest < chunk.length) return [...(chunk ? [chunk.subarray(rest)] : []), ...chunks.slice(i + 1)];
    rest -= chunk.length;
  }
  return [];
}
