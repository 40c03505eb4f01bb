/** Where the ledgers are kept: the day changes at midnight in Paris. */
const TIME_ZONE = 'Europe/Paris';
const date = new Intl.DateTimeFormat('en-CA', { timeZone: TIME_ZONE, dateStyle: 'short' });

/** The day of a moment as an ISO date. @param now milliseconds since 1970 */
export const today = (now: number): string => date.format(now);
