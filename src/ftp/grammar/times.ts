const STAMP = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?$/;

/** `YYYYMMDDHHMM[SS[.sss]]` in UTC (RFC 3659, section 2.3; SITE UTIME leaves the seconds out). */
export function parseStamp(text: string): Date | undefined {
  const match = STAMP.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part || 0));
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC carries 31 February over into March: what does not come back unchanged was no date.
  const whole = formatStamp(time) === text.replace(/\..*/, '').padEnd(14, '0');
  return whole ? time : undefined;
}

/** `YYYYMMDDHHMMSS` in UTC. */
export function formatStamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/[-T:]/g, '');
}

export interface TimeAndPath {
  time: Date;
  path: string;
}

/** `20260131235959 name`, as MFMT and the older two-argument MDTM have it. */
export function parseTimeAndPath(argument: string): TimeAndPath | undefined {
  const [, stamp = '', path = ''] = /^(\S+) (.+)$/.exec(argument) ?? [];
  const time = parseStamp(stamp);
  return time && { time, path };
}

/** SITE UTIME in both forms in use: `stamp name` and `name access modified created UTC`. */
export function parseUtime(argument: string): TimeAndPath | undefined {
  const [, path = '', modified = ''] = /^(.+) \d{12,14} (\d{12,14}) \d{12,14} UTC$/i.exec(argument) ?? [];
  const time = parseStamp(modified);
  return time ? { time, path } : parseTimeAndPath(argument);
}
