import { isIP } from 'node:net';

/**
 * What a proxy says before the client's first byte: the PROXY protocol, versions 1 and 2 (HAProxy's
 * `doc/proxy-protocol.txt`, sections 2.1 and 2.2).
 */
export type Announced =
  /** Not all of it has come. */
  | { kind: 'part' }
  /** It is none; `why` is for the log. */
  | { kind: 'none'; why: string }
  /** It takes `length` bytes. `source`: the client's address; null: the proxy speaks for itself, as in a health check. */
  | { kind: 'whole'; length: number; source: string | null };

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const LEAD = 'PROXY ';
/** The longest line of version 1, with its line end. */
const LONGEST_LINE = 107;
/** Address and extensions (TLV) of version 2: what proxies send of certificates and names stays below. */
const LONGEST_BLOCK = 4096;

/** More never has to be kept of a header that is under way. */
export const LONGEST_HEADER = SIGNATURE.length + 4 + LONGEST_BLOCK;

/** Pure: reads the header at the beginning of `bytes`. */
export function readHeader(bytes: Buffer): Announced {
  const signed = Math.min(bytes.length, SIGNATURE.length);
  if (bytes.subarray(0, signed).equals(SIGNATURE.subarray(0, signed)))
    return bytes.length < SIGNATURE.length + 4 ? { kind: 'part' } : readBlock(bytes);
  const text = bytes.toString('latin1', 0, LONGEST_LINE);
  if (!LEAD.startsWith(text.slice(0, LEAD.length))) return { kind: 'none', why: 'no PROXY header' };
  const end = text.indexOf('\r\n');
  if (end >= 0) return readLine(text.slice(0, end), end + 2);
  return text.length < LONGEST_LINE ? { kind: 'part' } : { kind: 'none', why: 'line too long' };
}

/** A zone (RFC 4007) is a name of the proxy's own interface, and no part of an address of version 1. */
function readLine(line: string, length: number): Announced {
  const [, family, source = '', destination = '', ...ports] = line.split(' ');
  if (family === 'UNKNOWN') return { kind: 'whole', length, source: null };
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : 0;
  const isSound =
    version !== 0 &&
    [source, destination].every((address) => isIP(address) === version && !address.includes('%')) &&
    ports.length === 2 &&
    ports.every((port) => /^(0|[1-9]\d{0,4})$/.test(port) && Number(port) <= 65_535);
  return isSound ? { kind: 'whole', length, source } : { kind: 'none', why: 'malformed line' };
}

const LOCAL = 0x20;
const PROXY = 0x21;
const TCP4 = 0x11;
const TCP6 = 0x21;

function readBlock(bytes: Buffer): Announced {
  const [command, family] = [bytes[12], bytes[13]];
  const size = bytes.readUInt16BE(14);
  const at = SIGNATURE.length + 4;
  if (command !== LOCAL && command !== PROXY) return { kind: 'none', why: 'unknown version or command' };
  if (size > LONGEST_BLOCK) return { kind: 'none', why: 'block too long' };
  if (bytes.length < at + size) return { kind: 'part' };
  const whole = (source: string | null): Announced => ({ kind: 'whole', length: at + size, source });
  if (command === LOCAL) return whole(null);
  const width = family === TCP4 ? 4 : family === TCP6 ? 16 : 0;
  // Of another family nothing is known, and the proxy's own address stands.
  if (width === 0) return whole(null);
  if (size < width * 2 + 4) return { kind: 'none', why: 'block too short' };
  const source = bytes.subarray(at, at + width);
  return whole(width === 4 ? source.join('.') : groups(source));
}

function groups(address: Buffer): string {
  const words = Array.from({ length: 8 }, (_, i) => address.readUInt16BE(i * 2).toString(16));
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1);
}
