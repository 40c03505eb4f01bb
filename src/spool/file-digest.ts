import { createHash } from 'node:crypto';
import type { Followed, Hasher } from './hasher.ts';

/** Up to here a file is hashed where its bytes come in: 0.6 ms a MiB, less than a thread's answer takes under load. */
const INLINE_BYTES = 1024 * 1024;
/** How far the thread lags behind. */
const STRIDE = 4 * 1024 * 1024;

export interface FileDigest {
  /** These bytes now lie in the file. */
  wrote(chunk: Uint8Array, position: number): void;
  /** The file was cut or extended to `size`. */
  cut(size: number): void;
  /** Hexadecimal, of the file's `size` bytes, all of which are written. */
  of(size: number): Promise<string>;
  /** The file is closed. */
  drop(): void;
}

/**
 * SHA-256 of a file while it is written: in place while it is small, then by the hasher's thread behind the writes.
 * Bytes that are written twice end that, and the file is read at the end; so do holes, from the first one on.
 * @param present bytes that it holds already
 * @param readAll its content from the start, for the case that there is no thread
 */
export function openFileDigest(
  hasher: Hasher,
  path: string,
  present: number,
  readAll: () => AsyncIterable<Uint8Array>,
): FileDigest {
  let inline = present === 0 ? createHash('sha256') : undefined;
  /** Every byte before this one lies in the file. */
  let known = present;
  let followed: Followed | undefined;
  /** What the thread was told, and may have hashed. */
  let told = 0;
  let atEnd = false;

  /** Once is often enough: a client that rewrites or cuts without end must not keep the thread busy. */
  function unsay(): void {
    followed?.drop();
    followed = undefined;
    atEnd = told > 0;
  }

  function tell(): void {
    if (atEnd || known - told < STRIDE) return;
    followed ??= hasher.follow(path);
    followed.reach(known);
    told = known;
  }

  async function readBack(): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of readAll()) hash.update(chunk);
    return hash.digest('hex');
  }

  return {
    wrote(chunk, position) {
      if (position < told) unsay();
      if (position !== known) {
        if (position < known) inline = undefined;
        return;
      }
      known += chunk.length;
      if (known <= INLINE_BYTES) inline?.update(chunk);
      else inline = undefined;
      tell();
    },
    cut(size) {
      if (size < told) unsay();
      if (size >= known) return;
      known = size;
      inline = size === 0 ? createHash('sha256') : undefined;
    },
    async of(size) {
      if (inline && known === size) return inline.copy().digest('hex');
      if (size <= INLINE_BYTES) return readBack();
      const last = (followed ??= hasher.follow(path));
      followed = undefined;
      return last.finish(size).catch(readBack);
    },
    drop: () => followed?.drop(),
  };
}
