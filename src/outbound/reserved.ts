import { isIPv6 } from 'node:net';
import { inRanges, plainAddress } from '../base/address.ts';

/** Private, local, shared, test, multicast and future addresses: the IANA special-purpose registry (RFC 6890). */
const reserved4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
];

/** The public internet in IPv6; mapped, translated, local and multicast addresses all lie outside. */
const global6 = ['2000::/3'];
/** Within it: Teredo and other protocols, documentation, and 6to4, which carries an IPv4 address. */
const reserved6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Whether an address is no ordinary one of the public internet. */
export function isReserved(address: string): boolean {
  const plain = plainAddress(address);
  if (isIPv6(plain)) return !inRanges(global6, plain) || inRanges(reserved6, plain);
  return inRanges(reserved4, plain);
}
