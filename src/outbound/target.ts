import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { ArrivageError } from '../errors.ts';
import { inRanges } from '../base/address.ts';
import { openTurns } from '../base/shares.ts';
import { lookUpName } from './name-lookup.ts';
import { isReserved } from './reserved.ts';

/** Where an outbound connection may go: the addresses that a name had when they were checked. */
export interface Target {
  host: string;
  /** At least one, in the resolver's order. */
  addresses: readonly LookupAddress[];
}

const RESOLVE_MS = 10_000;

/** Names that nobody answers for keep a tenant's own look-ups waiting, and no other's. */
const lookups = openTurns({ inAll: 64, perOwner: 4, waiting: 64 });

/**
 * Resolves a name once and keeps the addresses that may be connected to, so that neither a name that points inside nor
 * one that changes between check and connection (DNS rebinding) reaches what only we can reach.
 * @param allowed CIDR ranges that may be connected to although they are reserved: `config.privateTargets`
 * @param owner whose look-up it is: the tenant
 * @throws host_not_found, target_refused (none of its addresses may be connected to), too_many_connections
 */
export async function resolveTarget(host: string, allowed: readonly string[], owner: string): Promise<Target> {
  const found = await lookups.run(owner, () => addressesOf(host));
  const addresses = found.filter(({ address }) => !isReserved(address) || inRanges(allowed, address));
  if (addresses.length === 0) throw new ArrivageError('target_refused', { host, address: found[0]?.address ?? '' });
  return { host, addresses };
}

async function addressesOf(host: string): Promise<LookupAddress[]> {
  try {
    return await lookUpName(host, AbortSignal.timeout(RESOLVE_MS));
  } catch (error) {
    throw new ArrivageError('host_not_found', { host }, error);
  }
}

/** The `lookup` of `net.connect`, `tls.connect` or `https.request` that answers with the checked addresses alone. */
export function checkedLookup(target: Target): LookupFunction {
  return (_host, options, answer) => {
    const { family } = options;
    const wanted = target.addresses.filter(
      (one) => typeof family !== 'number' || family === 0 || family === one.family,
    );
    const [first] = wanted;
    if (first === undefined) answer(new Error(`no checked address of ${target.host}`), '');
    else if (options.all === true) answer(null, wanted);
    else answer(null, first.address, first.family);
  };
}
