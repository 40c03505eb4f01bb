import type { Log } from '../log.ts';
import type { ArrivageError } from '../errors.ts';
import { catalogued } from '../errors/catalogued.ts';

/** What a request or a connection is refused with. */
export const refusalFor = (error: unknown, log: Log): ArrivageError =>
  catalogued(error, (reference) => log.error({ err: error, reference }, 'request failed'));
