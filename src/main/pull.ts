import { ArrivageError } from '../errors.ts';
import type { Fetch } from '../sync/fetch-stage.ts';

/** Fetching from tenants' own servers; there is none yet. */
export function openFetch(): Fetch {
  return () => Promise.reject(new ArrivageError('unsupported', { what: 'pull' }));
}
