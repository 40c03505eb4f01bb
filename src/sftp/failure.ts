import { randomUUID } from 'node:crypto';
import type { Log } from '../log.ts';
import { ArrivageError } from '../errors.ts';

/** Anything thrown → a catalogue entry. What is not one is logged under a reference that the client is told. */
export function catalogued(error: unknown, log: Log): ArrivageError {
  if (error instanceof ArrivageError) return error;
  const reference = randomUUID().slice(0, 8);
  log.error({ err: error, reference }, 'request failed');
  return new ArrivageError('internal', { reference }, error);
}
