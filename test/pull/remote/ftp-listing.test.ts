import { describe, expect, it } from 'vitest';
import { passivePort } from '../../../src/pull/remote/ftp-data.ts';
import { decodeListing, listTime, mdtmTime, readListing } from '../../../src/pull/remote/ftp-listing.ts';

const now = new Date('2026-01-10T12:00:00Z');
const at = (text: string): Date => new Date(text);

describe('the listing of an FTP server', () => {
  it.each([
    ['Jan  9 08:15', at('2026-01-09T08:15:00Z')],
    ['Jan 11 08:15', at('2026-01-11T08:15:00Z')],
    ['Dec 31 23:59', at('2025-12-31T23:59:00Z')],
    ['Mar  3  2024', at('2024-03-03T00:00:00Z')],
    ['11-24-25 12:33PM', at('2025-11-24T12:33:00Z')],
    ['11-24-2025  12:05AM', at('2025-11-24T00:05:00Z')],
    ['24 nov. 12:33', null],
    ['', null],
  ])('a time of %s is within the last year, in UTC', (raw, time) => expect(listTime(raw, now)).toEqual(time));

  it('is read as Unix servers write it: files only', () => {
    const text = [
      'total 12',
      '-rw-r--r--    1 104      65534         120 Jan 09 08:15 clients du 9 janvier.csv',
      'drwxr-xr-x    2 104      65534        4096 Jan 09 08:15 lus',
      'lrwxrwxrwx    1 0        0              11 Jan 09 08:15 lien.csv -> /etc/passwd',
      '',
    ].join('\r\n');
    const [file, ...others] = readListing(text, now);
    expect(others).toEqual([]);
    expect(file).toEqual({ name: 'clients du 9 janvier.csv', size: 120, modified: at('2026-01-09T08:15:00Z') });
  });

  it('is read as Windows servers write it', () => {
    const text = '11-24-25  12:33PM       <DIR>          lus\r\n11-24-25  12:33PM                 7 ecritures.csv\r\n';
    expect(readListing(text, now)).toEqual([{ name: 'ecritures.csv', size: 7, modified: at('2025-11-24T12:33:00Z') }]);
  });

  it('is read as RFC 3659 wants it, without what is no file', () => {
    const facts = (type: string, name: string) => `Type=${type};Size=5;Modify=20260329013017.123;Perm=r; ${name}\r\n`;
    const text = ['cdir', 'pdir', 'dir', 'OS.unix=slink:/etc/passwd'].map((type) => facts(type, type)).join('');
    expect(readListing(text + facts('file', 'a;b.csv'), now)).toEqual([
      { name: 'a;b.csv', size: 5, modified: at('2026-03-29T01:30:17.123Z') },
    ]);
    const noSize = 'type=file;size=-4; a.csv\r\ntype=file;size=99999999999999999999; b.csv\r\n';
    expect(readListing(noSize, now)).toEqual([]);
  });

  it('in Latin-1 keeps its names, which go back as they came', () => {
    const bytes = Buffer.from('-rw-r--r-- 1 a b 3 Jan 09 08:15 \xe9critures.csv\r\n', 'latin1');
    const { text, encoding } = decodeListing(bytes);
    expect([encoding, readListing(text, now)[0]?.name]).toEqual(['latin1', 'écritures.csv']);
    expect(decodeListing(Buffer.from('é')).encoding).toBe('utf8');
  });

  it('that is something else is said to be', () => {
    expect(() => readListing('<html>\r\n', now)).toThrow(expect.objectContaining({ code: 'remote_unintelligible' }));
    expect(() => readListing('x\n'.repeat(20_001), now)).toThrow(
      expect.objectContaining({ code: 'listing_too_large' }),
    );
  });

  it('a time in an answer to MDTM is exact', () => {
    expect(mdtmTime('213 20260329013017')).toEqual(at('2026-03-29T01:30:17Z'));
    expect(mdtmTime('550 no')).toBeNull();
  });
});

describe('the port of a passive reply', () => {
  it.each([
    [229, '229 Entering Extended Passive Mode (|||6446|)', 6446],
    [229, '229 ok (!!!50000!)', 50000],
    [229, '229 ok (|2|::1|6446|)', undefined],
    [229, '229 ok (|||66000|)', undefined],
    [227, '227 Entering Passive Mode (10,0,0,1,195,80).', 50000],
    [227, '227 ok =127,0,0,1,4,1', 1025],
    [227, '227 ok (10,0,0,1,0,0)', undefined],
    [200, '200 (|||6446|)', undefined],
  ])('%i %s', (code, message, port) => expect(passivePort({ code, message })).toBe(port));
});
