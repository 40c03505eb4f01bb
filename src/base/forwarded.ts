import { inRanges, plainAddress } from './address.ts';

/**
 * From where a request really comes: of a trusted proxy, what its X-Forwarded-For says, read from the right, since what
 * stands on the left anybody may have written; of anybody else, the peer.
 * @param trusted CIDR ranges
 */
export function forwardedAddress(peer: string, header: string | undefined, trusted: readonly string[]): string {
  let address = plainAddress(peer);
  const named = (header ?? '').split(',').map((part) => part.trim());
  while (named.length > 0 && inRanges(trusted, address)) {
    const before = withoutPort(named.pop() ?? '');
    if (before === '') break;
    address = plainAddress(before);
  }
  return address;
}

/** Whether it came to a trusted proxy by TLS. */
export const forwardedByTls = (peer: string, header: string | undefined, trusted: readonly string[]): boolean =>
  inRanges(trusted, peer) && header?.split(',').at(-1)?.trim() === 'https';

/** `192.0.2.1:4711`, `[2001:db8::1]:4711` and bare addresses. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed) return bracketed[1] ?? '';
  return /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
}
