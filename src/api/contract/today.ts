import { usualZone, wallAt } from '../../model/wall-clock.ts';

/** The day of a moment as an ISO date: it changes at midnight in Paris. @param now milliseconds since 1970 */
export const today = (now: number): string => new Date(wallAt(usualZone, now)).toISOString().slice(0, 10);
