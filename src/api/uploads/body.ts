import type { MiddlewareHandler } from 'hono';
import { ArrivageError } from '../../errors.ts';
import type { ApiContext, ApiEnv } from '../contract/context.ts';
import { InvalidRequest } from '../contract/invalid.ts';

/** Bytes of a body that is read whole, as JSON is. */
const MOST_JSON_BYTES = 1 << 20;
const PATIENCE_MS = 30_000;

/**
 * Reads the body before anything else does, bounded in bytes and in time.
 * @throws body_too_large, body_too_slow, InvalidRequest where Postgres could not store a text of it
 */
export const readBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const body = await boundedBody(c, MOST_JSON_BYTES);
  if (body) {
    refuseUnstorable(Buffer.from(body).toString());
    c.req.raw = new Request(c.req.raw, { body });
  }
  return next();
};

/** A NUL, or half of a surrogate pair, as JSON.stringify writes them: escaped by a backslash that is not itself escaped. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

function refuseUnstorable(json: string): void {
  if (!json.includes('\\u')) return;
  const written = rewritten(json);
  if (written !== undefined && UNSTORABLE.test(written))
    throw new InvalidRequest([{ in: 'json', field: '(text)', message: 'U+0000, U+D800-U+DFFF' }]);
}

/** Whole surrogate pairs come out as characters. Undefined for what is no JSON, which whoever parses it refuses. */
function rewritten(json: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** A body read whole. @throws body_too_large, body_too_slow */
async function boundedBody(c: ApiContext, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const tooLarge = () => new ArrivageError('body_too_large', { limit });
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge();
  const body: ReadableStream<Uint8Array> | null = c.req.raw.body;
  const reader = body?.getReader();
  if (!reader) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const deadline = cancelLate(reader);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (deadline.isOver()) throw new ArrivageError('body_too_slow', { seconds: PATIENCE_MS / 1000 });
      if (done) return Uint8Array.from(Buffer.concat(chunks));
      chunks.push(value);
      length += value.byteLength;
      if (length > limit) {
        await reader.cancel();
        throw tooLarge();
      }
    }
  } finally {
    deadline.clear();
  }
}

/** A reader that is cancelled says `done`. */
function cancelLate(reader: ReadableStreamDefaultReader<Uint8Array>) {
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    reader.cancel().catch(() => undefined);
  }, PATIENCE_MS);
  return { isOver: () => isOver, clear: () => clearTimeout(timer) };
}
