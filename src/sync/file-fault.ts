import { ArrivageError, plainParams } from '../errors.ts';
import { storable } from '../model/storable.ts';

/** Whether the file itself is to blame, so that trying again would change nothing. */
export function isFilesFault(error: unknown): error is ArrivageError {
  return error instanceof ArrivageError && !error.entry.retryable && error.entry.audience === 'sender';
}

/** The error as the report keeps it. */
export function reasonOf(error: ArrivageError): { code: string; params: Record<string, string> } {
  const params = Object.entries(plainParams(error.params)).map(([name, value]) => [name, storable(value)] as const);
  return { code: error.code, params: Object.fromEntries(params) };
}
