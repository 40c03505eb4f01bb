import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { ArrivageError } from '../errors.ts';
import { inRanges } from '../session/address.ts';
import { isReserved } from './reserved.ts';

/** Where an outbound connection may go: the addresses that a name had when they were checked. */
export interface Target {
  host: string;
  /** At least one, in the resolver's order. */
  addresses: readonly LookupAddress[];
}

const RESOLVE_MS = 10_000;

/**
 * Resolves a name once and keeps the addresses that may be connected to, so that neither a name that points inside nor
 * one that changes between check and connection (DNS rebinding) reaches what only we can reach.
 * @param allowed CIDR ranges that may be connected to although they are reserved: `config.privateTargets`
 * @throws host_not_found, target_refused (none of its addresses may be connected to)
 */
export async function resolveTarget(host: string, allowed: readonly string[]): Promise<Target> {
  const found = await addressesOf(host);
  const addresses = found.filter(({ address }) => !isReserved(address) || inRanges(allowed, address));
  if (addresses.length === 0) throw new ArrivageError('target_refused', { host, address: found[0]?.address ?? '' });
  return { host, addresses };
}

function addressesOf(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: Error): void => reject(new ArrivageError('host_not_found', { host }, cause));
    const timer = setTimeout(fail, RESOLVE_MS);
    lookup(host.replace(/^\[(.*)\]$/, '$1'), { all: true }, (error, addresses) => {
      clearTimeout(timer);
      if (error !== null || addresses.length === 0) fail(error ?? undefined);
      else resolve(addresses);
    });
  });
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
