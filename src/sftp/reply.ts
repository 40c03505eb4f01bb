import type { Entry } from '../files/view.ts';
import { attributesOf } from './attributes.ts';
import { MAX_DATA, MAX_PACKET, replyType } from './protocol.ts';

/** Packets to the client, each with its length field in front (draft-ietf-secsh-filexfer-02, section 7). */

const HEADER = 9;

function packet(type: number, id: number, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + body.length);
  writeHeader(bytes, type, id);
  body.copy(bytes, HEADER);
  return bytes;
}

function writeHeader(bytes: Buffer, type: number, id: number): void {
  bytes.writeUInt32BE(bytes.length - 4, 0);
  bytes.writeUInt8(type, 4);
  bytes.writeUInt32BE(id, 5);
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
};

const uint64s = (...values: number[]): Buffer => {
  const bytes = Buffer.allocUnsafe(values.length * 8);
  values.forEach((value, i) => bytes.writeBigUInt64BE(BigInt(value), i * 8));
  return bytes;
};

const string = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([uint32(bytes.length), bytes]);
};

const extensions = [
  ['posix-rename@openssh.com', '1'],
  ['statvfs@openssh.com', '2'],
  ['fsync@openssh.com', '1'],
  ['limits@openssh.com', '1'],
  ['check-file', '1'],
].flat();

/** VERSION has the version where other packets have their identifier. */
export const version = (): Buffer => packet(replyType.version, 3, Buffer.concat(extensions.map(string)));

export function status(id: number, code: number, text: string, language: string): Buffer {
  return packet(replyType.status, id, Buffer.concat([uint32(code), string(text), string(language)]));
}

export function handle(id: number, number: number): Buffer {
  return packet(replyType.handle, id, Buffer.concat([uint32(4), uint32(number)]));
}

export function attributes(id: number, entry: Pick<Entry, 'kind' | 'size' | 'modified' | 'writable'>): Buffer {
  return packet(replyType.attrs, id, attributesOf(entry));
}

export interface Name {
  name: string;
  long: string;
  /** Encoded attributes; absent: none. */
  attributes?: Buffer;
}

export function names(id: number, list: readonly Name[]): Buffer {
  const parts = list.flatMap((one) => [string(one.name), string(one.long), one.attributes ?? uint32(0)]);
  return packet(replyType.name, id, Buffer.concat([uint32(list.length), ...parts]));
}

/** A DATA packet to be filled: the file is read straight into `room`, then `seal` gives the packet for what came. */
export function data(id: number, length: number): { room: Buffer; seal: (count: number) => Buffer } {
  const bytes = Buffer.allocUnsafe(HEADER + 4 + length);
  const seal = (count: number): Buffer => {
    const filled = bytes.subarray(0, HEADER + 4 + count);
    writeHeader(filled, replyType.data, id);
    filled.writeUInt32BE(count, HEADER);
    return filled;
  };
  return { room: bytes.subarray(HEADER + 4), seal };
}

/** Reply to limits@openssh.com: largest packet, READ and WRITE, and the number of open handles. */
export function limits(id: number, handles: number): Buffer {
  return packet(replyType.extended, id, uint64s(MAX_PACKET, MAX_DATA, MAX_DATA, handles));
}

/** Reply to check-file: the algorithm, then the bytes of the hash to the packet's end. */
export function hash(id: number, sha256: string, named: boolean): Buffer {
  const name = named ? [string('check-file')] : [];
  return packet(replyType.extended, id, Buffer.concat([...name, string('sha256'), Buffer.from(sha256, 'hex')]));
}

const BLOCK = 4096;
const ANY_FILES = 1_000_000;
const LONGEST_NAME = 255;

/** Reply to statvfs@openssh.com: what `df` shows. Sizes are bytes; the count of files has no meaning here. */
export function space(id: number, { total, free }: { total: number; free: number }): Buffer {
  const left = Math.floor(Math.max(free, 0) / BLOCK);
  const blocks = Math.floor(Math.max(total, 0) / BLOCK);
  const files = [ANY_FILES, ANY_FILES, ANY_FILES];
  return packet(replyType.extended, id, uint64s(BLOCK, BLOCK, blocks, left, left, ...files, 0, 0, LONGEST_NAME));
}
