/** The time that was read last; reused. `offset`: minutes ahead of UTC. */
export const time = { seconds: 0, offset: 0, isZoned: false };

const COLON = 0x3a;
const SPACE = 0x20;
const isDigit = (c: number | undefined): boolean => c !== undefined && c >= 0x30 && c <= 0x39;
const lower = (c: number | undefined): number => (c ?? 0) | 0x20;
/** Letters of either case, as `lower` makes them. */
const [A, G, H, M, P, T, U, Z] = [0x61, 0x67, 0x68, 0x6d, 0x70, 0x74, 0x75, 0x7a] as const;

/** Where reading stands; reused. */
const at = { i: 0, end: 0 };

/**
 * Reads a time behind a date into `time`: `T10:00`, ` 10:00:00.000Z`, ` 10h30`, ` 12:00 AM`, `T230000+0000`,
 * `-23.00.00.000000` as DB2 writes it, ` 00:00:00 UTC`, `T00:00+01:00[Europe/Paris]`.
 * @returns whether there is nothing else from `start` to `end`
 */
export function readTime(bytes: Uint8Array, start: number, end: number): boolean {
  time.seconds = time.offset = 0;
  time.isZoned = false;
  at.i = start + 1;
  at.end = end;
  if (bytes[start] !== SPACE && lower(bytes[start]) !== T && bytes[start] !== 0x2d) return false;
  skipSpaces(bytes);
  const from = at.i;
  let hours = digits(bytes, 6);
  const length = at.i - from;
  if (length === 0) return at.i === end;
  if (length > 2) {
    // `T2300`, `T230000`
    if (length === 6) time.seconds = hours % 100;
    if (length !== 4 && length !== 6) return false;
    const clock = length === 6 ? Math.floor(hours / 100) : hours;
    time.seconds += (clock % 100) * 60;
    hours = Math.floor(clock / 100);
  } else time.seconds = next(bytes) * 60 + next(bytes);
  skipFraction(bytes);
  skipSpaces(bytes);
  hours = halfDay(bytes, hours);
  if (hours > 24 || time.seconds >= 3660) return false;
  time.seconds += hours * 3600;
  skipSpaces(bytes);
  readZone(bytes);
  return at.i === end;
}

function digits(bytes: Uint8Array, most: number): number {
  let value = 0;
  for (let n = 0; n < most && at.i < at.end && isDigit(bytes[at.i]); n++)
    value = value * 10 + (bytes[at.i++] ?? 0) - 0x30;
  return value;
}

function skipSpaces(bytes: Uint8Array): void {
  while (at.i < at.end && bytes[at.i] === SPACE) at.i++;
}

/** The minutes or the seconds, behind `:`, `.` or `h`; 0 where there are none. */
function next(bytes: Uint8Array): number {
  const mark = bytes[at.i];
  if (at.i >= at.end || (mark !== COLON && mark !== 0x2e && lower(mark) !== H)) return 0;
  at.i++;
  return digits(bytes, 2);
}

function skipFraction(bytes: Uint8Array): void {
  if (at.i < at.end && (bytes[at.i] === 0x2e || bytes[at.i] === 0x2c)) {
    at.i++;
    digits(bytes, 12);
  }
}

/** `10:00 PM`, `12:00 AM`. */
function halfDay(bytes: Uint8Array, hours: number): number {
  const mark = lower(bytes[at.i]);
  if (at.i + 2 > at.end || (mark !== A && mark !== P) || lower(bytes[at.i + 1]) !== M) return hours;
  at.i += 2;
  return (hours % 12) + (mark === P ? 12 : 0);
}

/** `UTC`, `GMT`. */
function isName(bytes: Uint8Array): boolean {
  const [first, second] = [lower(bytes[at.i]), lower(bytes[at.i + 1])];
  return (first === U && second === T) || (first === G && second === M);
}

function readZone(bytes: Uint8Array): void {
  const mark = bytes[at.i];
  if (at.i >= at.end) return;
  if (lower(mark) === Z) at.i++;
  else if (at.i + 3 <= at.end && isName(bytes)) at.i += 3;
  else if (mark !== 0x2b && mark !== 0x2d) return;
  time.isZoned = true;
  const sign = bytes[at.i] === 0x2d ? -1 : 1;
  if (at.i < at.end && (bytes[at.i] === 0x2b || bytes[at.i] === 0x2d)) {
    at.i++;
    const hours = digits(bytes, 2);
    if (bytes[at.i] === COLON && at.i < at.end) at.i++;
    time.offset = sign * (hours * 60 + digits(bytes, 2));
  }
  if (at.i < at.end && bytes[at.i] === 0x5b && bytes[at.end - 1] === 0x5d) at.i = at.end;
}
