import type { Sequel } from '../db/queries/events/deliveries.ts';

/** Seconds between attempts: eleven attempts within 23.7 hours. */
const PAUSES = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600, 36_000];
/** Each pause is up to a tenth shorter or longer, so that receivers that were down are not met by all at once. */
const JITTER = 0.1;
/** "Gone": the receiver wants no more (Standard Webhooks 1.0.0). */
const GONE = 410;

/**
 * Pure: what follows an attempt.
 * @param status the answer's, null where there was none
 * @param attempts those made, this one included
 * @param chance from 0 to 1
 */
export function sequelOf(status: number | null, attempts: number, now: Date, chance: number): Sequel {
  if (status !== null && status >= 200 && status < 300) return { state: 'delivered' };
  const pause = PAUSES[attempts - 1];
  if (status === GONE || pause === undefined) return { state: 'failed', disable: status === GONE };
  const ms = pause * 1000 * (1 + JITTER * (2 * chance - 1));
  return { state: 'pending', nextAttemptAt: new Date(now.getTime() + Math.round(ms)) };
}
