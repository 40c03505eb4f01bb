import type { FileHandle } from 'node:fs/promises';

const CHUNK = 1024 * 1024;

/** The bytes of an open file from its beginning, at most 1 MiB at a time; each chunk counts until the next is asked for. */
export async function* fileChunks(handle: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
