import { createPull, type Pull } from '../pull/pull.ts';
import type { Foundation } from './foundation.ts';

/** Fetching from tenants' own servers. */
export function openPull(foundation: Foundation): Pull {
  const { keyring, config } = foundation;
  return createPull({ depot: foundation, keyring, privateTargets: config.privateTargets });
}
