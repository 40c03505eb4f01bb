import { isUnavailable } from '../db/client.ts';

export interface Strays {
  /** Rejects when a promise that nobody holds was rejected because the database had gone. */
  readonly lost: Promise<never>;
  stop(): void;
}

/** pg says this of a connection that ends in the middle of a query, without a code. */
const CUT = /^Connection terminated/;

/**
 * pg says this of a queue that has stopped, whose jobs were given back then: of such a query that was put off, as
 * graphile-worker does for seconds while Postgres starts, and of its listening connection where that was lost and let go
 * at once, which graphile-worker then does twice.
 */
const OVER = /^(Cannot use a pool after calling end|Release called on client which has already been released)/;

/** How long after the queue has stopped a rejection of its last queries may still come: connecting takes its time to fail. */
const LATE_MS = 60_000;

type Tell = (error: Error) => void;

const listening = new Set<Tell>();
let leaving: NodeJS.Timeout | undefined;

/**
 * graphile-worker 0.17.3 holds no promise of the query that marks a job as done or failed: where its connection is lost
 * just then, the rejection would end the process, and a job would stay locked. Whoever runs the queue hears of it here
 * and starts again; one that comes late, when the queue has stopped, is heard by nobody and harms nothing. Every other
 * stray rejection still ends the process.
 */
export function listenForStrays(): Strays {
  let tell: Tell = () => undefined;
  const lost = new Promise<never>((_, reject) => (tell = reject));
  lost.catch(() => undefined);
  clearTimeout(leaving);
  if (!process.listeners('unhandledRejection').includes(onStray)) process.on('unhandledRejection', onStray);
  listening.add(tell);
  return { lost, stop: () => leave(tell) };
}

function onStray(reason: unknown): void {
  if (reason instanceof Error && OVER.test(reason.message)) return;
  if (!isUnavailable(reason) && !(reason instanceof Error && CUT.test(reason.message))) throw reason;
  for (const tell of listening) tell(new Error('the queue lost its connection while a job ended', { cause: reason }));
}

function leave(tell: Tell): void {
  listening.delete(tell);
  if (listening.size > 0) return;
  clearTimeout(leaving);
  leaving = setTimeout(() => void process.off('unhandledRejection', onStray), LATE_MS).unref();
}
