import { localTime } from './paris.ts';

/** 07:30 in Paris, before people begin to work. */
export const DIGEST_MINUTES = 7 * 60 + 30;

/** The queue's crontab is in UTC: one of its two times is the right one, in summer or in winter. */
export const DIGEST_CRONTAB = '30 5,6 * * * digest ?fill=6h&max=12';

/** The day whose digest is due at a time of the crontab; undefined at its other time. */
export function digestDay(at: Date): string | undefined {
  const { day, minutes } = localTime(at);
  return minutes === DIGEST_MINUTES ? day : undefined;
}
