import pg from 'pg';
import { within } from '../base/within.ts';
import { queueUrl } from './queue-url.ts';

export interface QueuePool {
  pool: pg.Pool;
  /** Waits for its connections to go, which a lost database may never tell. Call it once nothing uses the pool. */
  end(): Promise<void>;
}

const END_MS = 5_000;

/**
 * The connections of the queue. graphile-worker 0.17.3 takes the error listener off a pool of its own before it ends it:
 * a connection that is lost in between ends the process. Ours is heard for as long as a connection of it may live.
 * @param onError what a connection said as it was lost; whoever uses it hears of it from the next query
 */
export function openQueuePool(url: string, max: number, onError: (error: Error) => void): QueuePool {
  const pool = new pg.Pool({ connectionString: queueUrl(url), max });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return {
    pool,
    end: () => within(END_MS, pool.end(), () => undefined, { ref: false }),
  };
}
