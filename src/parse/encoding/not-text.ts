import { because, type ErrorCode, type ErrorParams, verbatim } from '../../errors.ts';
import type { PlainReason } from '../../errors/reasons.ts';

/** Recognises by their first bytes the files that are no table of text, so that the sender hears what was sent. */

/** Why a file cannot be read; `why` says what it is, where the code leaves that open. */
export interface Fault {
  code: ErrorCode;
  params?: ErrorParams;
}

const begins = (head: Uint8Array, magic: readonly number[], at = 0) => magic.every((byte, i) => head[at + i] === byte);
const bytesOf = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

export const isZip = (head: Uint8Array): boolean => begins(head, [0x50, 0x4b, 0x03, 0x04]);
/** Microsoft's compound file: an old workbook, or a new one under a password ([MS-CFB], [MS-OFFCRYPTO]). */
const isOle = (head: Uint8Array) => begins(head, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
/** BIFF2 to BIFF4 workbooks stand without a container. */
const isBareBiff = (head: Uint8Array) => head[0] === 0x09 && [0, 2, 4].includes(head[1] ?? 1) && head[3] === 0;

/** The refusal of documents, pictures and programs: nothing in them is meant as rows. */
const document = (kind: PlainReason): Fault => ({ code: 'no_table', params: { why: because(kind) } });
/** The refusal of files that may well hold the rows, in a format that is not read. */
const otherFormat = (kind: PlainReason): Fault => ({ code: 'other_format', params: { why: because(kind) } });
const archive = (kind: string): Fault => ({ code: 'archive_file', params: { why: verbatim(kind) } });

/** What no table of text begins with. */
const magics: readonly (readonly [magic: readonly number[], Fault, at?: number])[] = [
  [[0x1f, 0x8b, 0x08], archive('gzip')],
  [[0x37, 0x7a, 0xbc, 0xaf], archive('7z')],
  [bytesOf('Rar!\x1a'), archive('rar')],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], archive('xz')],
  [[0x28, 0xb5, 0x2f, 0xfd], archive('zstd')],
  [[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], archive('bzip2'), 4],
  [bytesOf('ustar'), archive('tar'), 257],
  [[0x89, 0x50, 0x4e, 0x47], document('picture')],
  [[0xff, 0xd8, 0xff], document('picture')],
  [bytesOf('GIF8'), document('picture')],
  [bytesOf('WEBPVP8'), document('picture'), 8],
  [bytesOf('ftyp'), document('picture'), 4],
  [[0x49, 0x49, 0x2a, 0x00], document('picture')],
  [[0x4d, 0x4d, 0x00, 0x2a], document('picture')],
  [[0x00, 0x00, 0x01, 0x00], document('picture')],
  [[0x00, 0x05, 0x16, 0x07], document('system_file')], // AppleDouble
  [[0x00, 0x00, 0x00, 0x01, ...bytesOf('Bud1')], document('system_file')], // .DS_Store
  [[0x4c, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00], document('system_file')], // .lnk
  [[0x7f, ...bytesOf('ELF')], document('program')],
  [bytesOf('%!PS'), document('postscript_document')],
  [bytesOf('{\\rtf'), document('rtf_document')],
  [bytesOf('\x1b%-12345X'), document('printer_file')],
  [bytesOf('PAR1\x15'), otherFormat('parquet_file')],
  [bytesOf('SQLite format 3\0'), otherFormat('sqlite_database')],
  [[0x00, 0x01, 0x00, 0x00, ...bytesOf('Standard ')], otherFormat('access_database')],
];

/** Letters that a text may begin with: asked only where bytes of zero show that it is none. */
const binaryMagics: typeof magics = [
  [bytesOf('MZ'), document('program')],
  [bytesOf('BM'), document('picture')],
];

/** A PDF may have some bytes before it; its header is within the first kilobyte all the same. */
const isPdf = (text: string) => /^(?:\xef\xbb\xbf)?\s*%PDF-/.test(text);

/** Version, date of the last change (month, day), and the length of its header, which ends in a carriage return. */
function isDbf(head: Uint8Array): boolean {
  const [version = 0, , month = 0, day = 0] = head;
  const header = (head[8] ?? 0) + 256 * (head[9] ?? 0);
  const plausible = month >= 1 && month <= 12 && day >= 1 && day <= 31 && header > 32 && header % 32 <= 1;
  return [0x03, 0x30, 0x31, 0x43, 0x83, 0x8b, 0xf5].includes(version) && plausible && head[12] === 0;
}

const html = /^\s*<(?:!doctype html|html|head|body|table|meta|style)\b/i;
const xml = /^\s*<(?:\?xml\b|!--|!doctype\b|[\w.:-]+\s[^<>]*\bxmlns\b)/i;
const json = /^\s*(?:\{\s*(?:\}|"[^"\n]*"\s*:)|\[\s*(?:\{\s*"|\[\s*["\d]))/;
const mimeHeader = /^\s*(?:mime-version|from|subject|date|received|return-path|delivered-to|content-type|x-[\w-]+):/i;

/** The refusal of Web pages and other text with a syntax of its own, by what `text` begins with. */
function markupFault(text: string): Fault | undefined {
  if (mimeHeader.test(text) && /^content-type:\s*multipart\/related/im.test(text)) return { code: 'mhtml_file' };
  if (mimeHeader.test(text) && /^content-type:\s*\w+\/\w+/im.test(text)) return otherFormat('mail_message');
  if (html.test(text)) return { code: 'html_file' };
  if (xml.test(text)) return xmlFault(text);
  if (json.test(text)) return otherFormat('json_file');
  if (/^-----BEGIN PGP MESSAGE/.test(text)) return otherFormat('pgp_file');
  return undefined;
}

function xmlFault(text: string): Fault {
  if (/urn:schemas-microsoft-com:office:spreadsheet|progid="Excel\.Sheet"/i.test(text))
    return { code: 'spreadsheet_xml' };
  if (/<(?:html|table|body)\b/i.test(text)) return { code: 'html_file' };
  if (/urn:iso:std:iso:20022:/.test(text)) return otherFormat('iso20022_file');
  if (/urn:oasis:names:specification:ubl|urn:un:unece:uncefact:data:standard:Cross/i.test(text))
    return otherFormat('electronic_invoice');
  if (/<svg\b/.test(text)) return document('picture');
  return otherFormat('xml_file');
}

/** Text may hold a stray NUL or two, never one byte in twenty. */
const isBinary = (head: Uint8Array) => head.reduce((n, byte) => n + (byte === 0 ? 1 : 0), 0) * 20 > head.length;

const known = (list: typeof magics, head: Uint8Array): Fault | undefined =>
  list.find(([magic, , at]) => begins(head, magic, at))?.[1];

/** Why a file that starts like this is quarantined, if it is. `held`: what stands in its directory, of a compound file. */
export function faultOf(head: Uint8Array, held: OleContent): Fault | undefined {
  if (head.length === 0) return { code: 'empty_file' };
  if (isOle(head)) return oleFault(held);
  if (isBareBiff(head)) return { code: 'legacy_xls' };
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  const isWide = begins(head, [0xff, 0xfe]);
  const text = isWide ? bytes.toString('utf16le', 2) : bytes.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  if (isPdf(text)) return document('pdf_document');
  const fault = known(magics, head) ?? markupFault(text);
  if (fault) return fault;
  if (isDbf(head)) return otherFormat('dbase_table');
  return isBinary(head) ? (known(binaryMagics, head) ?? { code: 'not_text' }) : undefined;
}

/** Streams that a compound file names in its directory, which may stand anywhere in it, in this order of weight. */
const oleStreams = [
  ['encrypted', 'EncryptedPackage'],
  ['workbook', 'Workbook'],
  ['workbook', 'Book'],
  ['word', 'WordDocument'],
  ['presentation', 'PowerPoint Document'],
  ['message', '__properties_version1.0'],
] as const;

export type OleContent = ReadonlySet<(typeof oleStreams)[number][0]>;

function oleFault(held: OleContent): Fault {
  if (held.has('encrypted')) return { code: 'password_protected' };
  if (held.has('workbook')) return { code: 'legacy_xls' };
  if (held.has('word')) return document('word_document');
  if (held.has('presentation')) return document('presentation');
  return held.has('message') ? document('mail_message') : { code: 'legacy_xls' };
}

const longestName = Math.max(...oleStreams.map(([, name]) => name.length)) * 2 + 2;

export function olePackage() {
  const held = new Set<(typeof oleStreams)[number][0]>();
  let tail = Buffer.alloc(0);
  let first = true;
  let ole = false;
  return {
    held: held as OleContent,
    open: (head: Uint8Array) => isOle(head) && !held.has('encrypted'),
    write(chunk: Uint8Array) {
      if (first && chunk.length > 0) {
        first = false;
        ole = chunk[0] === 0xd0;
      }
      if (!ole || held.has('encrypted')) return;
      const joined = Buffer.concat([tail, chunk]);
      // A name in the directory ends with a zero, so that `Book` is not found in `Workbook` or in a text.
      for (const [kind, name] of oleStreams)
        if (!held.has(kind) && joined.includes(Buffer.from(`${name}\0`, 'utf16le'))) held.add(kind);
      tail = joined.subarray(-longestName);
    },
  };
}
