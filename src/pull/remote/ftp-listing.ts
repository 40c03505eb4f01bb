import { type FileInfo, parseList } from 'basic-ftp';
import { ArrivageError } from '../../errors.ts';
import type { RemoteFile } from '../../model/connector.ts';
import { checkListing, plainFiles, shownReply } from './bounds.ts';

/** A listing as text, and the encoding that its names came in: they are sent back in the same. */
export function decodeListing(bytes: Buffer): { text: string; encoding: 'utf8' | 'latin1' } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf8' };
  } catch {
    return { text: bytes.toString('latin1'), encoding: 'latin1' };
  }
}

/**
 * The files of an MLSD or LIST answer. LIST tells times in a zone of the server's own, to the minute and without the
 * year: they are taken for UTC.
 * @throws listing_too_large, remote_unintelligible
 */
export function readListing(text: string, now: Date): RemoteFile[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  checkListing(lines.length, text.length);
  if (lines.length === 0) return [];
  try {
    const files = parseList(text).filter((info) => info.isFile);
    return plainFiles(files.map((info) => ({ name: info.name, size: info.size, modified: timeOf(info, now) })));
  } catch (error) {
    throw new ArrivageError('remote_unintelligible', { why: shownReply((error as Error).message) }, error);
  }
}

function timeOf(info: FileInfo, now: Date): Date | null {
  const exact = info.modifiedAt;
  if (exact && !Number.isNaN(exact.getTime())) return exact;
  return listTime(info.rawModifiedAt, now);
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const UNIX = /^([a-z]{3})\s+(\d{1,2})\s+(?:(\d{4})|(\d{1,2}):(\d{2}))$/i;
const DOS = /^(\d{2})-(\d{2})-(\d{2,4})\s+(\d{2}):(\d{2})([ap])m$/i;
const DAY_MS = 86_400_000;

/** `Nov 24 12:33` (within the last year), `Nov 24 2025` or `11-24-25  12:33PM`; null for anything else. */
export function listTime(raw: string, now: Date): Date | null {
  const [, monthName = '', day, year, hour, minute] = UNIX.exec(raw) ?? [];
  const month = months.indexOf(monthName.toLowerCase());
  if (month >= 0) {
    const at = (y: number): Date => new Date(Date.UTC(y, month, Number(day), Number(hour ?? 0), Number(minute ?? 0)));
    if (year !== undefined) return at(Number(year));
    const thisYear = at(now.getUTCFullYear());
    return thisYear.getTime() > now.getTime() + DAY_MS ? at(now.getUTCFullYear() - 1) : thisYear;
  }
  const dos = DOS.exec(raw);
  if (!dos) return null;
  const [m = 0, d = 0, y = 0, h = 0, min = 0] = dos.slice(1, 6).map(Number);
  const afternoon = dos[6]?.toLowerCase() === 'p' ? 12 : 0;
  return new Date(Date.UTC(y < 100 ? 2000 + y : y, m - 1, d, (h % 12) + afternoon, min));
}

/** The time in a 213 reply to MDTM (RFC 3659, section 2.3), which is UTC; null where it holds none. */
export function mdtmTime(message: string): Date | null {
  const [, y = '', ...rest] = /^213 (\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})/.exec(message) ?? [];
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  return y === '' ? null : new Date(Date.UTC(Number(y), month - 1, day, hour, minute, second));
}
