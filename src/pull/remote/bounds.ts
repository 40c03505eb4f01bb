import { ArrivageError, verbatim } from '../../errors.ts';
import type { Verbatim } from '../../errors/reasons.ts';
import type { RemoteFile } from '../../model/connector.ts';

/** A folder of exports holds some dozens of files; one of mail or photographs is no place to look for them. */
const MAX_ENTRIES = 20_000;
export const MAX_LISTING_BYTES = 8 * 1024 * 1024;

/** @throws listing_too_large */
export function checkListing(entries: number, bytes: number): void {
  if (entries > MAX_ENTRIES) throw new ArrivageError('listing_too_large', { limit: MAX_ENTRIES });
  if (bytes > MAX_LISTING_BYTES) throw new ArrivageError('listing_too_large', { limit: `${MAX_LISTING_BYTES} B` });
}

/** Bytes of a file name on the usual file systems. */
const MAX_NAME = 255;

/** Whether a remote name is a plain file name: nothing in it can be a path, a command, or text that was misread. */
function isPlainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || Buffer.byteLength(name) > MAX_NAME) return false;
  return !/[/\\\p{Cc}\p{Cf}\u2028\u2029\ufffd]/u.test(name);
}

/** Files whose name is plain and whose size is a size, each name once; a time that cannot be one is none. */
export function plainFiles(files: readonly RemoteFile[]): RemoteFile[] {
  const usable = files.filter(({ name, size }) => isPlainName(name) && Number.isSafeInteger(size) && size >= 0);
  return [...new Map(usable.map((file) => [file.name, { ...file, modified: usableTime(file.modified) }])).values()];
}

const YEAR_10000 = Date.UTC(10_000, 0);

/** The epoch is the time of a server without a clock. */
const usableTime = (time: Date | null): Date | null =>
  time !== null && time.getTime() > 0 && time.getTime() < YEAR_10000 ? time : null;

const MAX_REPLY = 200;

/** What a server said, as it may be shown: one line, no control characters, not long. */
export function shownReply(text: string): Verbatim {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  return verbatim(line.length > MAX_REPLY ? `${line.slice(0, MAX_REPLY)}…` : line);
}

/** Another name for a file whose own is taken where it is moved to. */
export function stampedName(name: string, now: Date): string {
  return `${name}.${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
}
