import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/files/view.ts';
import { epsvText, parseEprt, parsePort, pasvText, plainAddress } from '../../src/ftp/grammar/address.ts';
import { type Command, MAX_LINE, readCommands } from '../../src/ftp/grammar/command-reader.ts';
import { factLine, facts, listLine, listTarget, parseFacts } from '../../src/ftp/grammar/listing.ts';
import { matchesPattern } from '../../src/model/shell-pattern.ts';
import { foldToAscii, formatReply, quotePath } from '../../src/ftp/grammar/reply.ts';
import { formatStamp, parseStamp, parseTimeAndPath, parseUtime } from '../../src/ftp/grammar/times.ts';

const read = (bytes: Buffer | string): Command[] => readCommands(Buffer.from(bytes)).commands;

/** Feeds the pieces one after the other, as a connection does. */
function readCut(pieces: readonly Buffer[]): Command[] {
  const all: Command[] = [];
  let pending = Buffer.alloc(0);
  for (const piece of pieces) {
    const result = readCommands(Buffer.concat([pending, piece]));
    all.push(...result.commands);
    pending = Buffer.from(result.rest);
  }
  return all;
}

describe('commands', () => {
  it('are the same however their bytes are cut', () => {
    const line = fc.oneof(
      fc.constantFrom('USER é', 'PASS  "-x "', 'noop', '', 'ABOR', 'STOR à b.csv', 'LIST -la'),
      fc.string({ maxLength: 30 }).map((text) => text.replaceAll('\n', '')),
    );
    const end = fc.constantFrom('\r\n', '\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end)), fc.array(fc.nat(400)), (lines, cuts) => {
        const whole = Buffer.from(
          lines
            .filter(([text]) => !/^auth/i.test(text))
            .flat()
            .join(''),
        );
        const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((to, index) => whole.subarray(at[index], to));
        expect(readCut(pieces)).toEqual(read(whole));
      }),
    );
  });

  it('keep quotes, dashes and spaces of their argument', () => {
    expect(read('PASS  a "b" -x \r\n')).toEqual([{ verb: 'PASS', argument: ' a "b" -x ' }]);
    expect(read('stor -x file.csv\r\n')).toEqual([{ verb: 'STOR', argument: '-x file.csv' }]);
  });

  it('take names from clients that know no UTF-8', () => {
    expect(read(Buffer.from('STOR \xe9critures \x80.csv\r\n', 'latin1'))).toEqual([
      { verb: 'STOR', argument: 'écritures €.csv' },
    ]);
  });

  it('come without the Telnet bytes around ABOR', () => {
    for (const head of ['\xff\xf4\xff\xf2', '\xff\xf4\xf2', '\xff\xf4', '\xf2', '\xff\xfd\x18'])
      expect(read(Buffer.from(`${head}ABOR\r\n`, 'latin1'))).toEqual([{ verb: 'ABOR', argument: '' }]);
    expect(read(Buffer.from('CWD a\xff\xffb\r\n', 'latin1'))).toEqual([{ verb: 'CWD', argument: 'aÿb' }]);
  });

  it('stop at AUTH: what follows is not text', () => {
    const result = readCommands(Buffer.from('NOOP\r\nAUTH TLS\r\nUSER injected\r\n'));
    expect(result.commands.map(({ verb }) => verb)).toEqual(['NOOP', 'AUTH']);
    expect(result).toMatchObject({ stopsAtAuth: true, rest: Buffer.from('USER injected\r\n') });
  });

  it('may not be longer than a path with room', () => {
    expect(readCommands(Buffer.alloc(MAX_LINE, 'A')).overlong).toBe(false);
    expect(readCommands(Buffer.alloc(MAX_LINE + 1, 'A')).overlong).toBe(true);
    expect(readCommands(Buffer.from(`NOOP\r\n${'A'.repeat(MAX_LINE + 1)}\r\n`))).toMatchObject({
      commands: [{ verb: 'NOOP' }],
      overlong: true,
    });
  });
});

describe('replies', () => {
  it('can’t be forged through a name', () => {
    expect(formatReply(257, ['"/a\r\n226 b"'])).toBe('257 "/a 226 b"\r\n');
    expect(formatReply(211, ['Features:', '226 x', 'End'])).toBe('211-Features:\r\n 226 x\r\n211 End\r\n');
  });

  it('double quotes in paths, and fold French for consoles without UTF-8', () => {
    expect(quotePath('/a "b"')).toBe('"/a ""b"""');
    expect(foldToAscii('Le dossier « été » n’est pas vide.')).toBe('Le dossier " ete " n\'est pas vide.');
  });
});

describe('addresses', () => {
  it('are read from PORT and EPRT, and nothing else is', () => {
    expect(parsePort('127,0,0,1,4,210')).toEqual({ host: '127.0.0.1', port: 1234 });
    expect(parseEprt('|2|::1|6275|')).toEqual({ host: '::1', port: 6275 });
    for (const wrong of ['', '1,2,3,4,5', '1,2,3,4,5,256', '1,2,3,4,5,6,7', 'a,b,c,d,e,f', '1,2,3,4,-5,6'])
      expect(parsePort(wrong)).toBeUndefined();
    for (const wrong of [
      '',
      '|',
      '|1|::1|6275|',
      '|1|1.2.3.4|65536|',
      '|3|1.2.3.4|1|',
      '|1|1.2.3.4|1',
      'x1x1.2.3.4x1xx',
    ])
      expect(parseEprt(wrong)).toBeUndefined();
  });

  it('are written as 227 and 229 have them', () => {
    expect(pasvText({ host: '10.0.0.1', port: 50001 })).toBe('Entering Passive Mode (10,0,0,1,195,81).');
    expect(epsvText(50001)).toContain('(|||50001|)');
    expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
  });
});

describe('times', () => {
  it('round-trip, and impossible ones are none', () => {
    const whole = fc.date({ min: new Date('1970-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(whole, (time) => {
        const seconds = new Date(Math.floor(time.getTime() / 1000) * 1000);
        expect(parseStamp(formatStamp(time))).toEqual(seconds);
      }),
    );
    for (const wrong of ['20260231000000', '20261301000000', '2026', '20260101250000', 'x'])
      expect(parseStamp(wrong)).toBeUndefined();
  });

  it('come in every form that clients send', () => {
    const time = new Date('2026-01-31T23:59:58Z');
    expect(parseTimeAndPath('20260131235958 a b.csv')).toEqual({ time, path: 'a b.csv' });
    expect(parseTimeAndPath('20260131235958.123 a')).toEqual({ time, path: 'a' });
    expect(parseUtime('20260131235958 a')).toEqual({ time, path: 'a' });
    expect(parseUtime('a b 20250101000000 20260131235958 20240101000000 UTC')).toEqual({ time, path: 'a b' });
    expect(parseUtime('202601312359 a')?.time).toEqual(new Date('2026-01-31T23:59:00Z'));
  });
});

describe('listings', () => {
  const file: Entry = {
    name: 'a b.csv',
    kind: 'file',
    state: 'upload',
    size: 12,
    modified: new Date('2026-01-31T23:59:58Z'),
    writable: true,
  };
  const reports: Entry = { ...file, name: 'reports', kind: 'folder', state: 'folder', size: 0, writable: false };

  it('look like those of ls', () => {
    const now = new Date('2026-02-02T00:00:00Z');
    expect(listLine(file, now)).toBe('-rw-r--r--    1 arrivage arrivage           12 Jan 31 23:59 a b.csv');
    expect(listLine(reports, new Date('2027-02-02T00:00:00Z'))).toMatch(/^dr-xr-xr-x .* Jan 31 {2}2026 reports$/);
  });

  it('give the facts that were asked for', () => {
    expect(factLine(file, new Set(facts))).toBe('type=file;size=12;modify=20260131235958;perm=adfrw; a b.csv');
    expect(factLine(reports, new Set(facts))).toBe('type=dir;modify=20260131235958;perm=el; reports');
    expect(factLine(file, parseFacts('SIZE;unique;'))).toBe('size=12; a b.csv');
  });

  it('ignore the options of ls', () => {
    expect(['-la', '-la in', '-a -l in', 'in', '', './-la'].map(listTarget)).toEqual([
      '',
      'in',
      'in',
      'in',
      '',
      './-la',
    ]);
  });
});

it('patterns choose as a shell does, in bounded time', () => {
  expect(['*.csv', 'a?.*', '*', 'a*b*c'].map((pattern) => matchesPattern(pattern, 'ab.csv'))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  const start = performance.now();
  expect(matchesPattern('*a'.repeat(120) + 'b', 'a'.repeat(255))).toBe(false);
  expect(performance.now() - start).toBeLessThan(100);
});
