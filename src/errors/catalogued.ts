import { randomUUID } from 'node:crypto';
import { ArrivageError } from '../errors.ts';

/**
 * Anything thrown as a refusal of the catalogue. What is none is ours: `tell` logs it under a reference, which is all that
 * the client is told.
 */
export function catalogued(error: unknown, tell: (reference: string) => void): ArrivageError {
  if (error instanceof ArrivageError) return error;
  const reference = randomUUID().slice(0, 8);
  tell(reference);
  return new ArrivageError('internal', { reference }, error);
}
