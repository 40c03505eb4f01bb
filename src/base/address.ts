import { BlockList, isIP, isIPv6, SocketAddress } from 'node:net';

/**
 * An address in the one form in which it is compared and shown (RFC 5952): `192.0.2.1` also where it is mapped into IPv6,
 * in decimals or (as a proxy's binary header has it) in hexadecimal; `::1` without a zone.
 */
export function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare)) return bare;
  const written = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(written)?.[1] ?? written;
}

/** Whether an address lies in one of the CIDR ranges (or is one of the addresses). A range that is none matches nothing. */
export function inRanges(ranges: readonly string[], address: string): boolean {
  const plain = plainAddress(address);
  const list = new BlockList();
  for (const range of ranges) addRange(list, range);
  return isIP(plain) !== 0 && list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

/** Whether it is an address, or a CIDR range. */
export const isRange = (text: string): boolean => partsOf(text) !== undefined;

function addRange(list: BlockList, range: string): void {
  const parts = partsOf(range.trim());
  if (parts) list.addSubnet(...parts);
}

function partsOf(range: string): [address: string, prefix: number, family: 'ipv4' | 'ipv6'] | undefined {
  const [address = '', bits, ...rest] = range.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(prefix <= most)) return undefined;
  return [address, prefix, family === 4 ? 'ipv4' : 'ipv6'];
}

/** Whom a penalty hits: one IPv4 address, or the /64 that one IPv6 customer usually holds. */
export function penaltyGroup(address: string): string {
  const plain = plainAddress(address);
  return isIPv6(plain) ? `${groupsOf(plain).slice(0, 4).join(':')}::/64` : plain;
}

/** What one customer of a provider may hold: an IPv4 /24, an IPv6 /56. Of loopback each address is its own. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (isIPv6(plain)) {
    const [a = '', b = '', c = '', d = '0'] = groupsOf(plain);
    return `${[a, b, c, (Number.parseInt(d, 16) & 0xff00).toString(16)].join(':')}::/56`;
  }
  return plain.startsWith('127.') ? plain : plain.replace(/\.\d+$/, '.0/24');
}

/** The groups of an IPv6 address, with those that `::` stands for. */
function groupsOf(plain: string): string[] {
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeroes = tail === undefined ? 0 : Math.max(0, 8 - groups.length - behind.length);
  return [...groups, ...Array<string>(zeroes).fill('0'), ...behind];
}
