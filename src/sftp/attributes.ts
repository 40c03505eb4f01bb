import type { Entry } from '../files/view.ts';
import type { FieldReader } from './bytes.ts';
import { attributeFlag } from './protocol.ts';

/** What a client asks to set. Owner, group and permissions are read and ignored: the view has none. */
export interface Attributes {
  size?: number;
  modified?: Date;
}

/** ATTRS of draft-ietf-secsh-filexfer-02, section 5. */
export function readAttributes(fields: FieldReader): Attributes {
  const flags = fields.uint32();
  const attributes: Attributes = {};
  if (flags & attributeFlag.size) attributes.size = fields.uint64();
  if (flags & attributeFlag.owner) skip(fields, 2);
  if (flags & attributeFlag.permissions) skip(fields, 1);
  if (flags & attributeFlag.times) {
    skip(fields, 1);
    attributes.modified = new Date(fields.uint32() * 1000);
  }
  if (flags & attributeFlag.extended) for (let left = fields.uint32(); left > 0; left--) skipPair(fields);
  return attributes;
}

function skip(fields: FieldReader, numbers: number): void {
  for (let left = numbers; left > 0; left--) fields.uint32();
}

function skipPair(fields: FieldReader): void {
  fields.bytes();
  fields.bytes();
}

/** Size, permissions and times of an entry, as 32 bytes with their flags. */
export function attributesOf(entry: Pick<Entry, 'kind' | 'size' | 'modified' | 'writable'>): Buffer {
  const bytes = Buffer.allocUnsafe(32);
  const seconds = Math.min(Math.max(Math.floor(entry.modified.getTime() / 1000), 0), 0xffffffff);
  bytes.writeUInt32BE(attributeFlag.size | attributeFlag.owner | attributeFlag.permissions | attributeFlag.times, 0);
  bytes.writeBigUInt64BE(BigInt(entry.size), 4);
  bytes.writeUInt32BE(0, 12);
  bytes.writeUInt32BE(0, 16);
  bytes.writeUInt32BE(permissionsOf(entry), 20);
  bytes.writeUInt32BE(seconds, 24);
  bytes.writeUInt32BE(seconds, 28);
  return bytes;
}

function permissionsOf({ kind, writable }: Pick<Entry, 'kind' | 'writable'>): number {
  if (kind === 'folder') return writable ? 0o040755 : 0o040555;
  return writable ? 0o100644 : 0o100444;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HALF_A_YEAR = 182 * 86_400_000;

/** A line as `ls -l` prints it (section 7 recommends the form), in UTC: some clients parse it, all show it. */
export function longName(entry: Entry, owner: string, now: Date): string {
  const kind = entry.kind === 'folder' ? 'd' : '-';
  const rights = (permissionsOf(entry) & 0o777).toString(2).replace(/./g, rightAt);
  const time = timeColumn(entry.modified, now);
  return `${kind}${rights}    1 ${owner.padEnd(8)} ${owner.padEnd(8)} ${String(entry.size).padStart(8)} ${time} ${entry.name}`;
}

function rightAt(bit: string, position: number): string {
  return bit === '1' ? 'rwx'.charAt(position % 3) : '-';
}

function timeColumn(time: Date, now: Date): string {
  const day = `${MONTHS[time.getUTCMonth()] ?? ''} ${String(time.getUTCDate()).padStart(2)}`;
  const recent = Math.abs(now.getTime() - time.getTime()) < HALF_A_YEAR;
  return recent ? `${day} ${time.toISOString().slice(11, 16)}` : `${day}  ${time.getUTCFullYear()}`;
}
