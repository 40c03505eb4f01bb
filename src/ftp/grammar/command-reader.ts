import iconv from 'iconv-lite';

/** One line of the control connection: RFC 959, section 5.3. The argument is what follows the first space, untouched. */
export interface Command {
  /** Upper case; empty where the line holds no word that could be one. */
  verb: string;
  argument: string;
}

/** Longest line: a path of 1024 bytes, with room. */
export const MAX_LINE = 4096;

export interface ReadResult {
  commands: Command[];
  /** Bytes that belong to no complete line yet; or, after an AUTH, all that follows it. */
  rest: Buffer;
  /** A line is longer than `MAX_LINE`: nothing after it can be trusted. */
  overlong: boolean;
  /**
   * The last command is an AUTH. What follows it on the wire belongs to the TLS layer and must never be read as
   * commands (RFC 4217, section 4; CVE-2011-0411 is what happens otherwise).
   */
  stopsAtAuth: boolean;
}

const LF = 0x0a;
const CR = 0x0d;

/** Takes every complete line from the bytes received so far. How the bytes were cut makes no difference. */
export function readCommands(pending: Buffer): ReadResult {
  const commands: Command[] = [];
  let start = 0;
  for (;;) {
    const end = pending.indexOf(LF, start);
    const overlong = (end < 0 ? pending.length : end) - start > MAX_LINE;
    if (end < 0 || overlong) return { commands, rest: pending.subarray(start), overlong, stopsAtAuth: false };
    const command = readLine(pending.subarray(start, end));
    start = end + 1;
    if (!command) continue;
    commands.push(command);
    if (command.verb === 'AUTH') return { commands, rest: pending.subarray(start), overlong: false, stopsAtAuth: true };
  }
}

/** `undefined` for an empty line, which some clients send to keep a connection open. */
function readLine(line: Buffer): Command | undefined {
  let end = line.length;
  while (end > 0 && line[end - 1] === CR) end -= 1;
  const text = decode(stripTelnet(line.subarray(0, end)));
  if (text.trim() === '') return undefined;
  const [, verb = '', argument = ''] = /^([A-Za-z][A-Za-z0-9]{2,7})(?: (.*))?$/s.exec(text) ?? [];
  return { verb: verb.toUpperCase(), argument };
}

const IAC = 0xff;

/**
 * Drops Telnet commands (RFC 854): clients send IAC IP IAC DM before ABOR. The DM travels as urgent data, which the
 * system may take out of the stream together with its IAC, so stray Telnet bytes before the first letter go too.
 */
function stripTelnet(line: Buffer): Buffer {
  if (!line.some((byte) => byte >= 0xf0)) return line;
  const kept: number[] = [];
  for (let i = 0; i < line.length; i += 1) {
    const byte = line[i] ?? 0;
    const next = line[i + 1] ?? 0;
    if (byte !== IAC) kept.push(byte);
    else if (next === IAC) kept.push(line[(i += 1)] ?? 0);
    else if (next >= 0xfb) i += 2;
    else if (next >= 0xf0) i += 1;
    else kept.push(byte);
  }
  const first = kept.findIndex((byte) => byte < 0xf0);
  return Buffer.from(first < 0 ? [] : kept.slice(first));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 (RFC 2640), else what older Windows clients send. */
function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return iconv.decode(bytes, 'windows-1252');
  }
}
