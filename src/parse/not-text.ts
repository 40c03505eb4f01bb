import type { ErrorCode } from '../errors.ts';

/** Recognises by their first bytes the files that are no table of text, so that the sender hears what was sent. */

const begins = (head: Uint8Array, magic: readonly number[]) => magic.every((byte, i) => head[i] === byte);

export const isZip = (head: Uint8Array): boolean => begins(head, [0x50, 0x4b, 0x03, 0x04]);
/** Microsoft's compound file: an old workbook, or a new one under a password ([MS-CFB], [MS-OFFCRYPTO]). */
const isOle = (head: Uint8Array) => begins(head, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
/** BIFF2 to BIFF4 workbooks stand without a container. */
const isBareBiff = (head: Uint8Array) => head[0] === 0x09 && [0, 2, 4].includes(head[1] ?? 1) && head[3] === 0;

const binaries: readonly (readonly number[])[] = [
  [0x25, 0x50, 0x44, 0x46, 0x2d], // %PDF-
  [0x1f, 0x8b, 0x08], // gzip
  [0x37, 0x7a, 0xbc, 0xaf], // 7z
  [0x52, 0x61, 0x72, 0x21, 0x1a], // Rar!
  [0x89, 0x50, 0x4e, 0x47], // PNG
  [0xff, 0xd8, 0xff], // JPEG
];

const markup = /^\s*<(?:!doctype|html|head|body|table|meta|\?xml|!--)/i;

/** Text may hold a stray NUL or two, never one byte in twenty. */
const isBinary = (head: Uint8Array) =>
  binaries.some((magic) => begins(head, magic)) ||
  head.reduce((n, byte) => n + (byte === 0 ? 1 : 0), 0) * 20 > head.length;

/** Why a file that starts like this is quarantined, if it is. */
export function faultOf(head: Uint8Array, encrypted: boolean): ErrorCode | undefined {
  if (head.length === 0) return 'empty_file';
  if (isOle(head)) return encrypted ? 'password_protected' : 'legacy_xls';
  if (isBareBiff(head)) return 'legacy_xls';
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (markup.test(bytes.toString('latin1').replace(/^(?:\xef\xbb\xbf)?/, ''))) return 'html_file';
  return isBinary(head) ? 'not_text' : undefined;
}

/** An encrypted workbook names this stream in its directory, which may stand anywhere in the file. */
const encryptedStream = Buffer.from('EncryptedPackage', 'utf16le');

export function olePackage() {
  let tail = Buffer.alloc(0);
  let first = true;
  let ole = false;
  let encrypted = false;
  return {
    get encrypted() {
      return encrypted;
    },
    open: (head: Uint8Array) => isOle(head) && !encrypted,
    write(chunk: Uint8Array) {
      if (first && chunk.length > 0) {
        first = false;
        ole = chunk[0] === 0xd0;
      }
      if (!ole || encrypted) return;
      const joined = Buffer.concat([tail, chunk]);
      encrypted = joined.includes(encryptedStream);
      tail = joined.subarray(-encryptedStream.length);
    },
  };
}
