import type { FileHandle } from 'node:fs/promises';
import { ArrivageError, because } from '../errors.ts';
import { inBlocks } from './blocks.ts';
import { onDisk } from './failures.ts';
import { openFileDigest } from './file-digest.ts';
import type { Hasher } from './hasher.ts';
import type { PartialLock } from './partial-lock.ts';
import type { PartialFile } from './spool.ts';
import { openWriteBack } from './write-back.ts';

const BATCH_CHUNKS = 64;
const BATCH_BYTES = 4 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;

interface Pending {
  chunk: Uint8Array;
  position: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export interface PartialFileOptions {
  id: string;
  path: string;
  handle: FileHandle;
  /** Bytes that it holds already. */
  present: number;
  hasher: Hasher;
  lock: Pick<PartialLock, 'check'>;
  /** Is told by how many bytes, in whole blocks, the file grew or shrank. */
  grew: (bytes: number) => void;
  /** Is called once, after the handle is closed. */
  closed: () => void;
}

/**
 * A partial on disk. Chunks that arrive while a write is under way and follow one another go out in one writev:
 * SFTP clients send 32 KB at a time, and a system call for each costs more than the copy.
 */
export function openPartialFile({
  id,
  path,
  handle,
  present,
  hasher,
  lock,
  grew,
  closed,
}: PartialFileOptions): PartialFile {
  const pending: Pending[] = [];
  const digest = openFileDigest(hasher, path, present, readAll);
  const writeBack = openWriteBack(handle);
  let size = present;
  /** A new file's inode is not on the disk either. */
  let dirty = true;
  let pumping: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  const resize = (to: number): void => {
    grew(inBlocks(to) - inBlocks(size));
    size = to;
  };

  async function writeBatch(batch: readonly Pending[]): Promise<void> {
    const start = batch[0]?.position ?? 0;
    dirty = true;
    try {
      await writeAll(handle, batch, start, (end) => {
        if (end > size) resize(end);
      });
      for (const { chunk, position, resolve } of batch) {
        writeBack.wrote(chunk.length);
        digest.wrote(chunk, position);
        resolve();
      }
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

  async function* readAll(): AsyncGenerator<Uint8Array> {
    await drained();
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (let position = 0; ;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async function shut(): Promise<void> {
    await drained();
    digest.drop();
    await writeBack.settled().catch(() => undefined);
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
      if (closing) return Promise.reject(new ArrivageError('bad_request', { why: because('partial_closed') }));
      return new Promise((resolve, reject) => {
        pending.push({ chunk, position, resolve, reject });
        pumping ??= pump();
      });
    },
    async truncate(to) {
      await drained();
      dirty = true;
      await onDisk(handle.truncate(to));
      resize(to);
      digest.cut(to);
    },
    async sync() {
      await drained();
      lock.check();
      await onDisk(writeBack.settled());
      if (!dirty) return;
      await onDisk(handle.sync());
      dirty = false;
    },
    async sha256() {
      await drained();
      return digest.of(size);
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
