import { isUnavailable } from '../db/client.ts';

export interface Strays {
  /** Rejects when a promise that nobody holds was rejected because the database had gone. */
  readonly lost: Promise<never>;
  stop(): void;
}

/** pg says this of a connection that ends in the middle of a query, without a code. */
const CUT = /^Connection terminated/;

/**
 * graphile-worker 0.17.3 holds no promise of the query that marks a job as done or failed: where its connection is lost
 * just then, the rejection would end the process, and a job would stay locked. Whoever runs the queue hears of it here
 * and starts again. Every other stray rejection still ends the process.
 */
export function listenForStrays(): Strays {
  let tell: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (tell = reject));
  lost.catch(() => undefined);
  const listener = (reason: unknown) => {
    if (!isUnavailable(reason) && !(reason instanceof Error && CUT.test(reason.message))) throw reason;
    tell(new Error('the queue lost its connection while a job ended', { cause: reason }));
  };
  process.on('unhandledRejection', listener);
  return { lost, stop: () => void process.off('unhandledRejection', listener) };
}
