/** A KEXINIT packet (RFC 4253, section 7.1): what one side offers, in its order of preference. */
export interface KexInit {
  kex: readonly string[];
  hostKey: readonly string[];
  cipherIn: readonly string[];
  cipherOut: readonly string[];
  macIn: readonly string[];
  macOut: readonly string[];
  compressIn: readonly string[];
  compressOut: readonly string[];
  /** The first packet of the guessed key exchange follows unasked (first_kex_packet_follows). */
  guesses: boolean;
}

export const KEXINIT = 20;
/** The packet's number and the cookie. */
const LISTS_AT = 1 + 16;
const GUESS_AND_RESERVED = 1 + 4;

const lists = [
  ...(['kex', 'hostKey', 'cipherIn', 'cipherOut', 'macIn', 'macOut', 'compressIn', 'compressOut'] as const),
  ...(['languagesIn', 'languagesOut'] as const),
];

/** Undefined where the packet ends inside a field. */
export function readKexInit(payload: Buffer): KexInit | undefined {
  const found: Partial<Record<(typeof lists)[number], string[]>> = {};
  let at = LISTS_AT;
  for (const name of lists) {
    if (at + 4 > payload.length) return undefined;
    const length = payload.readUInt32BE(at);
    at += 4;
    if (at + length > payload.length) return undefined;
    found[name] = payload.toString('latin1', at, at + length).split(',');
    at += length;
  }
  return { ...(found as Omit<KexInit, 'guesses'>), guesses: payload[at] === 1 };
}

/** The same packet with other methods of key exchange, and with or without a guess. */
export function rewriteKexInit(payload: Buffer, kex: readonly string[], guesses: boolean): Buffer {
  const before = payload.readUInt32BE(LISTS_AT);
  const names = Buffer.from(kex.join(','), 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(names.length);
  const rest = Buffer.from(payload.subarray(LISTS_AT + 4 + before));
  if (rest.length >= GUESS_AND_RESERVED) rest[rest.length - GUESS_AND_RESERVED] = guesses ? 1 : 0;
  return Buffer.concat([payload.subarray(0, LISTS_AT), length, names, rest]);
}
