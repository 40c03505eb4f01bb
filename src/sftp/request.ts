import { type Attributes, readAttributes } from './attributes.ts';
import { type FieldReader, readFields } from './bytes.ts';
import { requestType } from './protocol.ts';

type ByHandle = 'close' | 'fstat' | 'readdir';
type ByPath = 'lstat' | 'opendir' | 'remove' | 'mkdir' | 'rmdir' | 'realpath' | 'stat' | 'readlink';

/** A request as the client sent it; paths are not resolved yet. */
export type Request = { id: number } & (
  | { type: 'open'; path: string; flags: number }
  | { [T in ByHandle]: { type: T; handle: number } }[ByHandle]
  | { [T in ByPath]: { type: T; path: string } }[ByPath]
  | { type: 'read'; handle: number; offset: number; length: number }
  | { type: 'write'; handle: number; offset: number; data: Buffer }
  | { type: 'setstat'; path: string; attributes: Attributes }
  | { type: 'fsetstat'; handle: number; attributes: Attributes }
  | { type: 'rename'; from: string; to: string; overwrite: boolean }
  | { type: 'statvfs'; path: string }
  | { type: 'fsync'; handle: number }
  | { type: 'limits' }
  | ({ type: 'checkHandle'; handle: number; named: boolean } & Checked)
  | ({ type: 'checkName'; path: string } & Checked)
  | { type: 'unsupported'; what: string }
  | Broken
);

/** A request that can't be read to its end. `handle`: the one that it is about, as far as that came. */
export interface Broken {
  type: 'broken';
  handle?: number;
  /** It would have changed a file. */
  changes: boolean;
  error: Error;
}

/** What is to be hashed how: a length or block of 0 is the whole file. */
export interface Checked {
  algorithms: string[];
  offset: number;
  length: number;
  block: number;
}

type Body<R = Request> = R extends { id: number } ? Omit<R, 'id'> : never;

const byHandle =
  (type: ByHandle) =>
  (fields: FieldReader): Body => ({ type, handle: readHandle(fields) });
const byPath =
  (type: ByPath) =>
  (fields: FieldReader): Body => ({ type, path: fields.text() });

const bodies: Readonly<Record<number, (fields: FieldReader) => Body>> = {
  [requestType.open]: (f) => ({ type: 'open', path: f.text(), flags: f.uint32() }),
  [requestType.close]: byHandle('close'),
  [requestType.read]: (f) => ({ type: 'read', handle: readHandle(f), offset: f.uint64(), length: f.uint32() }),
  [requestType.write]: (f) => ({ type: 'write', handle: readHandle(f), offset: f.uint64(), data: f.bytes() }),
  [requestType.lstat]: byPath('lstat'),
  [requestType.fstat]: byHandle('fstat'),
  [requestType.setstat]: (f) => ({ type: 'setstat', path: f.text(), attributes: readAttributes(f) }),
  [requestType.fsetstat]: (f) => ({ type: 'fsetstat', handle: readHandle(f), attributes: readAttributes(f) }),
  [requestType.opendir]: byPath('opendir'),
  [requestType.readdir]: byHandle('readdir'),
  [requestType.remove]: byPath('remove'),
  [requestType.mkdir]: byPath('mkdir'),
  [requestType.rmdir]: byPath('rmdir'),
  [requestType.realpath]: byPath('realpath'),
  [requestType.stat]: byPath('stat'),
  [requestType.rename]: (f) => ({ type: 'rename', from: f.text(), to: f.text(), overwrite: false }),
  [requestType.readlink]: byPath('readlink'),
  [requestType.symlink]: () => ({ type: 'unsupported', what: 'SYMLINK' }),
  [requestType.extended]: readExtended,
};

/**
 * One packet without its length field → the request. The identifier comes first in every packet but INIT.
 * @throws bad_request for a packet that ends inside a field
 */
export function readRequest(packet: Buffer): Request {
  const fields = readFields(packet);
  const type = fields.byte();
  const id = fields.uint32();
  const body = bodies[type]?.(fields) ?? { type: 'unsupported', what: String(type) };
  return { id, ...body };
}

/** The identifier of a packet, which may go no further: then it can still be answered. */
export function requestId(packet: Buffer): number | undefined {
  return packet.length >= 5 ? packet.readUInt32BE(1) : undefined;
}

const changing: ReadonlySet<number> = new Set([requestType.write, requestType.setstat, requestType.fsetstat]);
const onHandle: ReadonlySet<number> = new Set([
  ...[requestType.close, requestType.read, requestType.write],
  ...[requestType.fstat, requestType.fsetstat, requestType.readdir],
]);

/** What can be said of a packet with an identifier that `readRequest` has refused with `error`. */
export function brokenRequest(packet: Buffer, error: Error): Request {
  const fields = readFields(packet);
  const type = fields.byte();
  const id = fields.uint32();
  const broken = { id, type: 'broken', changes: changing.has(type), error } as const;
  try {
    return onHandle.has(type) ? { ...broken, handle: readHandle(fields) } : broken;
  } catch {
    return broken;
  }
}

/** The version of an INIT packet (section 4), or undefined where the packet is none. */
export function readInit(packet: Buffer): number | undefined {
  return packet.length >= 5 && packet[0] === requestType.init ? packet.readUInt32BE(1) : undefined;
}

/** Our handles are four bytes; whatever else a client sends names no handle. */
function readHandle(fields: FieldReader): number {
  const bytes = fields.bytes();
  return bytes.length === 4 ? bytes.readUInt32BE(0) : -1;
}

function readChecked(fields: FieldReader): Checked {
  const algorithms = fields.text().split(',');
  return { algorithms, offset: fields.uint64(), length: fields.uint64(), block: fields.uint32() };
}

/**
 * OpenSSH's extensions (its PROTOCOL file, section 4), and check-file (draft-ietf-secsh-filexfer-09, section 9.1.2), which
 * paramiko writes in its own way: no `-handle` in its name, but its name in the answer.
 */
function readExtended(fields: FieldReader): Body {
  const name = fields.text();
  switch (name) {
    case 'posix-rename@openssh.com':
      return { type: 'rename', from: fields.text(), to: fields.text(), overwrite: true };
    case 'statvfs@openssh.com':
      return { type: 'statvfs', path: fields.text() };
    case 'fsync@openssh.com':
      return { type: 'fsync', handle: readHandle(fields) };
    case 'limits@openssh.com':
      return { type: 'limits' };
    case 'check-file':
    case 'check-file-handle':
      return { type: 'checkHandle', named: name === 'check-file', handle: readHandle(fields), ...readChecked(fields) };
    case 'check-file-name':
      return { type: 'checkName', path: fields.text(), ...readChecked(fields) };
    default:
      return { type: 'unsupported', what: name.slice(0, 64) };
  }
}
