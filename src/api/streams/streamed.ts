import type { Seats } from '../../base/shares.ts';
import { shareOf, type ApiContext } from '../contract/context.ts';

/** Hands a piece over; waits until the reader took those before. @throws where the reader has gone */
export type Write = (piece: string | Uint8Array) => Promise<void>;

const encoder = new TextEncoder();

/** Milliseconds at most of an answer for which a transaction is open. */
export const LONGEST_READING_MS = 3_600_000;

/** What ends by itself once access is withdrawn, as an event stream does, has so long for it. */
const PARTING_MS = 1000;

/**
 * An answer that is made while it is read, for which one of the caller's `seats` is held. Whoever reads slowly is waited
 * for (the server ends a connection on which nothing moves), up to `longestMs` or until the seat goes to another tenant;
 * whoever goes, or loses access, aborts `gone` and makes `write` throw. Where `produce` fails the connection is cut, so that no reader
 * takes a part for the whole.
 * @throws too_many_connections
 */
export function streamed(
  c: ApiContext,
  contentType: string,
  produce: (write: Write, gone: AbortSignal) => Promise<void>,
  { seats, status = 200, longestMs }: { seats: Seats; status?: 200 | 206; longestMs?: number },
): Response {
  let cut = (_why: string): void => undefined;
  const leave = seats.take(shareOf(c.var.caller), () => cut('its place was given to another tenant'));
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => {
      cut = (why) => controller.error(new Error(why));
    },
  });
  const late = longestMs === undefined ? undefined : setTimeout(() => cut('it was read for too long'), longestMs);
  const writer = writable.getWriter();
  const gone = new AbortController();
  // Also told where nothing is being written.
  writer.closed.catch(() => gone.abort());
  // An export goes on for up to an hour: not for a key that is revoked, nor of a tenant that is suspended or deleted.
  let isRevoked = false;
  const unwatch = c.var.revocation?.watch(c.var.caller.keyId, () => {
    isRevoked = true;
    gone.abort();
    setTimeout(() => cut('access was withdrawn'), PARTING_MS).unref();
  });
  void writer.closed.catch(() => undefined).finally(unwatch);
  const write: Write = async (piece) => {
    if (isRevoked) throw new Error('access was withdrawn');
    await writer.write(typeof piece === 'string' ? encoder.encode(piece) : piece);
  };
  produce(write, gone.signal)
    .finally(() => {
      clearTimeout(late);
      leave();
    })
    .then(() => writer.close())
    .catch((error: unknown) => {
      if (!gone.signal.aborted)
        c.var.options.log.error({ err: error, requestId: c.var.requestId, path: c.req.path }, 'an answer was cut');
      return writer.abort(error);
    })
    .catch(() => undefined);
  return c.body(readable, status, { 'content-type': contentType });
}
