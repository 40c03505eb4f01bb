import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { ArrivageError } from '../../errors.ts';
import type { WebContext } from '../context.ts';

export const MOST_FILES = 20;
const LIMITS = { files: MOST_FILES, fields: 10, parts: MOST_FILES + 10, fieldSize: 1024, headerPairs: 20 };

interface FormFile {
  /** As the browser calls it, without folders. */
  name: string;
  /** Its bytes as they come. It errors where the form breaks off. */
  body: ReadableStream<Uint8Array>;
}

/**
 * Gives each file of a form (RFC 7578) to `take`, one after another, while the form still comes: nothing is kept but what
 * the browser is ahead by. What `take` does not read is read for it.
 * @returns whether these were all: more than `MOST_FILES` are not taken
 * @throws unsupported_media_type; transfer_incomplete where the form breaks off, after all files before were taken
 */
export async function eachFileOf(
  c: WebContext,
  take: (file: FormFile) => Promise<void>,
): Promise<{ isWhole: boolean }> {
  const form = readerOf(c.req.header('content-type') ?? '');
  let failure: unknown;
  let isWhole = true;
  form.on('filesLimit', () => (isWhole = false));
  let turn = Promise.resolve();
  const last = lastOf(form);
  form.on('file', (_field, file: Readable, name: string | undefined) => {
    const whole = last.begins();
    file.on('error', (error) => file.destroy(error));
    turn = turn.then(async () => {
      const chunks = file[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      try {
        // A browser sends a nameless one where nothing was chosen.
        if (name && failure === undefined) await take({ name, body: streamOf(chunks, whole) });
      } catch (error) {
        failure = error;
      } finally {
        await readRest(chunks);
      }
    });
  });
  const broken = new Promise<never>((_, reject) => form.on('error', reject));
  broken.catch(() => undefined);
  const finished = once(form, 'finish');
  finished.catch(() => undefined);
  try {
    for await (const chunk of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>)
      await Promise.race([new Promise<void>((resolve) => void form.write(chunk, () => resolve())), broken]);
    form.end();
    await Promise.race([finished, broken]);
  } catch (error) {
    // Where the browser went away, the reader does not know yet that there is no more.
    form.end();
    await Promise.race([finished, broken]).catch(() => undefined);
    await turn;
    throw new ArrivageError('transfer_incomplete', {}, error);
  }
  await turn;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- what `take` threw
  if (failure !== undefined) throw failure;
  return { isWhole };
}

function readerOf(type: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': type }, limits: LIMITS });
  } catch (error) {
    throw new ArrivageError('unsupported_media_type', {}, error);
  }
}

/**
 * Tells the file under way that it is whole: what follows it has begun, or the form came to its end. The reader ends the
 * files of a form that breaks off like any others, and says only of the form that it did (@fastify/busboy 3.2.6).
 */
function lastOf(form: BusboyInstance) {
  let settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  form.on('field', () => settle?.resolve());
  form.on('error', (error) => settle?.reject(error));
  form.on('finish', () => settle?.resolve());
  return {
    begins(): Promise<void> {
      settle?.resolve();
      const whole = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
      whole.catch(() => undefined);
      return whole;
    },
  };
}

/** Errors at its end where what came is not the whole file. */
const streamOf = (chunks: AsyncIterator<Uint8Array>, whole: Promise<void>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done !== true) {
        controller.enqueue(next.value);
        return;
      }
      await whole;
      controller.close();
    },
  });

async function readRest(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    while (!(await chunks.next()).done);
  } catch {
    // It broke off; whoever took it knows.
  }
}
