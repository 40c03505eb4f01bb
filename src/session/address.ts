import { BlockList, isIP, isIPv6 } from 'node:net';

/** `::ffff:192.0.2.1` and `::1%lo` as people write them: `192.0.2.1`, `::1`. */
export function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/, '');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
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
