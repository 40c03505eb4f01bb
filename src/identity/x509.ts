import { createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

/**
 * Writes a self-signed X.509 certificate for an EC P-256 key (RFC 5280; ECDSA with SHA-256, RFC 5758). Node reads
 * certificates but writes none, and a fresh machine may have no openssl.
 * @param names host names and IP addresses, the first of which is the common name
 * @returns DER
 */
export function selfSigned(key: KeyObject, names: readonly string[], from: Date, to: Date): Buffer {
  const name = distinguishedName(names[0] ?? 'arrivage');
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serial()),
    sequence(ecdsaWithSha256),
    name,
    sequence(time(from), time(to)),
    name,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(basicConstraints(), extendedKeyUsage(), alternativeNames(names))),
  );
  const signature = sign('sha256', toBeSigned, key);
  return sequence(toBeSigned, sequence(ecdsaWithSha256), tagged(0x03, Buffer.from([0]), signature));
}

/** Tag, length and content, as DER wants them (X.690, section 8.1). */
function tagged(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const digits = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, content]);
}

const sequence = (...parts: Uint8Array[]): Buffer => tagged(0x30, ...parts);
const integer = (bytes: Uint8Array): Buffer => tagged(0x02, bytes);
const octets = (content: Uint8Array): Buffer => tagged(0x04, content);
const objectId = (...bytes: number[]): Buffer => tagged(0x06, Buffer.from(bytes));

const ecdsaWithSha256 = objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
const commonName = objectId(0x55, 0x04, 0x03);
const serverAuth = objectId(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01);

/** 127 random bits, positive and without a leading zero byte. */
function serial(): Buffer {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes;
}

function distinguishedName(text: string): Buffer {
  return sequence(tagged(0x31, sequence(commonName, tagged(0x0c, Buffer.from(text.slice(0, 64))))));
}

/** GeneralizedTime only from 2050 on (RFC 5280, section 4.1.2.5). */
function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/\.\d+|[-:T]/g, '');
  return at.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

const critical = tagged(0x01, Buffer.from([0xff]));

/** An authority of itself, so that a client may be told to trust it. */
const basicConstraints = (): Buffer =>
  sequence(objectId(0x55, 0x1d, 0x13), critical, octets(sequence(tagged(0x01, Buffer.from([0xff])))));

const extendedKeyUsage = (): Buffer => sequence(objectId(0x55, 0x1d, 0x25), octets(sequence(serverAuth)));

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIP(name) ? tagged(0x87, addressBytes(name)) : tagged(0x82, Buffer.from(name, 'latin1')),
  );
  return sequence(objectId(0x55, 0x1d, 0x11), octets(sequence(...entries)));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
