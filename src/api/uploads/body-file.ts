import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ArrivageError } from '../../errors.ts';
import { scratchPath } from '../../sync/scratch-file.ts';
import type { ApiContext } from '../contract/context.ts';

const PATIENCE_MS = 120_000;

/** Works with the body as a file that is gone afterwards. @throws empty_file, body_too_large, body_too_slow */
export async function withBodyFile<T>(c: ApiContext, limit: number, work: (path: string) => Promise<T>): Promise<T> {
  const { body } = c.req.raw;
  if (!body) throw new ArrivageError('empty_file');
  if (Number(c.req.header('content-length') ?? 0) > limit) throw new ArrivageError('body_too_large', { limit });
  const path = scratchPath('body');
  const late = AbortSignal.timeout(PATIENCE_MS);
  try {
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    await pipeline(Readable.fromWeb(body), bounded(limit), file, { signal: late });
    return await work(path);
  } catch (error) {
    throw late.aborted ? new ArrivageError('body_too_slow', { seconds: PATIENCE_MS / 1000 }, error) : error;
  } finally {
    await rm(path, { force: true });
  }
}

function bounded(limit: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (size > limit) done(new ArrivageError('body_too_large', { limit }));
      else done(null, chunk);
    },
  });
}
