import type { ApiContext } from './context.ts';

/** Hands a piece over; waits until the reader took those before. @throws where the reader has gone */
export type Write = (piece: string | Uint8Array) => Promise<void>;

const encoder = new TextEncoder();

/**
 * An answer that is made while it is read. Whoever reads slowly is waited for (the server ends a connection on which
 * nothing moves), and whoever goes aborts `gone` and makes `write` throw. Where `produce` fails the connection is cut, so that no reader
 * takes a part for the whole.
 */
export function streamed(
  c: ApiContext,
  contentType: string,
  produce: (write: Write, gone: AbortSignal) => Promise<void>,
): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const gone = new AbortController();
  // Also told where nothing is being written.
  writer.closed.catch(() => gone.abort());
  const write: Write = (piece) => writer.write(typeof piece === 'string' ? encoder.encode(piece) : piece);
  produce(write, gone.signal)
    .then(() => writer.close())
    .catch((error: unknown) => {
      if (!gone.signal.aborted)
        c.var.options.log.error({ err: error, requestId: c.var.requestId, path: c.req.path }, 'an answer was cut');
      return writer.abort(error);
    })
    .catch(() => undefined);
  return c.body(readable, 200, { 'content-type': contentType });
}
