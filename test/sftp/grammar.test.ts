import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import type { Entry } from '../../src/files/view.ts';
import { attributesOf, longName, readAttributes } from '../../src/sftp/attributes.ts';
import { decodeName, readFields } from '../../src/sftp/bytes.ts';
import { packetReader } from '../../src/sftp/framing.ts';
import { intentOf } from '../../src/sftp/open-flags.ts';
import { MAX_PACKET, openFlag } from '../../src/sftp/protocol.ts';
import * as reply from '../../src/sftp/reply.ts';
import { readRequest } from '../../src/sftp/request.ts';
import { framed, packet, string, uint32, uint64 } from './packets.ts';

const file: Entry = {
  name: 'écritures.csv',
  kind: 'file',
  state: 'upload',
  size: 1234,
  modified: new Date('2026-03-04T05:06:07Z'),
  writable: true,
};

describe('what a client sends', () => {
  it('is understood however the network cuts it', () => {
    const packets = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 });
    const cuts = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 });
    fc.assert(
      fc.property(packets, cuts, (bodies, lengths) => {
        const stream = Buffer.concat(bodies.map((body) => framed(Buffer.from(body))));
        const reader = packetReader();
        const seen: Buffer[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const length = lengths[i % lengths.length] ?? 1;
          reader.feed(stream.subarray(at, at + length));
          at += length;
          for (let one = reader.next(); one; one = reader.next()) seen.push(Buffer.from(one));
        }
        expect(seen).toEqual(bodies.map((body) => Buffer.from(body)));
      }),
    );
  });

  it('cannot claim a packet of no bytes, or of more than 256 KiB', () => {
    for (const length of [0, MAX_PACKET + 1, 0xffffffff]) {
      const reader = packetReader();
      reader.feed(uint32(length));
      expect(() => reader.next()).toThrow(ArrivageError);
    }
  });

  it('is a request, or a bad_request: nothing else comes of garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(readRequest(Buffer.from(bytes)).type).toBeTypeOf('string');
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_request' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('may name files in UTF-8 or, from older Windows clients, in their code page', () => {
    expect(decodeName(Buffer.from('écritures €.csv', 'utf8'))).toBe('écritures €.csv');
    expect(decodeName(Buffer.from([0xe9, 0x63, 0x20, 0x80]))).toBe('éc €');
  });

  it('with an extension we do not know is refused by its name', () => {
    expect(readRequest(packet(200, 7, string('copy-data')))).toEqual({ id: 7, type: 'unsupported', what: 'copy-data' });
    expect(readRequest(packet(20, 7, string('/a'), string('/b')))).toMatchObject({ type: 'unsupported' });
    expect(readRequest(packet(99, 7))).toMatchObject({ type: 'unsupported' });
  });

  it('may ask for the hash of a file, as the draft has it or as paramiko does', () => {
    const rest = [string('md5,sha256'), uint64(0), uint64(0), uint32(0)];
    const asked = { algorithms: ['md5', 'sha256'], offset: 0, length: 0, block: 0 };
    const one = string(uint32(1));
    const check = (name: string, of: Buffer) => readRequest(packet(200, 7, string(name), of, ...rest));
    expect(check('check-file', one)).toEqual({ id: 7, type: 'checkHandle', handle: 1, named: true, ...asked });
    expect(check('check-file-handle', one)).toEqual({ id: 7, type: 'checkHandle', handle: 1, named: false, ...asked });
    expect(check('check-file-name', string('/a'))).toEqual({ id: 7, type: 'checkName', path: '/a', ...asked });
    const hash = 'ab'.repeat(32);
    expect(reply.hash(7, hash, false).subarray(9)).toEqual(Buffer.concat([string('sha256'), Buffer.from(hash, 'hex')]));
    expect(reply.hash(7, hash, true).subarray(9, 23)).toEqual(string('check-file'));
  });

  it('about handles is only about those we gave', () => {
    expect(readRequest(packet(4, 1, string(Buffer.from([0, 0, 0, 9]))))).toEqual({ id: 1, type: 'close', handle: 9 });
    expect(readRequest(packet(4, 1, string('a longer handle')))).toMatchObject({ handle: -1 });
  });

  it('cannot use an offset that a number can’t hold', () => {
    const offset = Buffer.alloc(8, 0xff);
    expect(() => readRequest(packet(5, 1, string('hhhh'), offset, uint32(10)))).toThrow(ArrivageError);
  });
});

describe('opening a file', () => {
  const { read, write, create, truncate, exclusive, append } = openFlag;
  it.each([
    ['an upload', write | create | truncate, { mode: { kind: 'replace' }, mustExist: false }],
    ['a resumed upload', write | create, { mode: { kind: 'update' }, mustExist: false }],
    ['a resumed upload by curl', write, { mode: { kind: 'update' }, mustExist: true }],
    ['an upload that must be new', write | create | exclusive, { mode: { kind: 'create' }, mustExist: false }],
    ['an append', write | create | append, { mode: { kind: 'append' }, mustExist: false }],
    ['reading and writing', read | write | create | truncate, { mode: { kind: 'replace' } }],
  ])('means %s', (_, flags, intent) => {
    expect(intentOf(flags)).toMatchObject({ kind: 'write', ...intent });
  });

  it('means a download, or nothing that can be done', () => {
    expect(intentOf(read)).toEqual({ kind: 'read' });
    expect(() => intentOf(create)).toThrow(ArrivageError);
  });
});

describe('what a client sees of a file', () => {
  it('is its true size and time', () => {
    expect(readAttributes(readFields(attributesOf(file)))).toEqual({ size: 1234, modified: file.modified });
  });

  it('is a line of ls -l that clients can parse', () => {
    const soon = new Date('2026-03-05T00:00:00Z');
    const later = new Date('2027-03-05T00:00:00Z');
    expect(longName(file, 'acme', soon)).toBe('-rw-r--r--    1 acme     acme         1234 Mar  4 05:06 écritures.csv');
    expect(longName({ ...file, kind: 'folder', writable: false }, 'acme', later)).toBe(
      'dr-xr-xr-x    1 acme     acme         1234 Mar  4  2026 écritures.csv',
    );
  });

  it('never overflows: a time before 1970 or after 2106 is the nearest one', () => {
    for (const year of ['1901', '2500'])
      expect(() => attributesOf({ ...file, modified: new Date(`${year}-01-01`) })).not.toThrow();
  });

  it('comes in one packet that says its own length', () => {
    const { room, seal } = reply.data(5, 10);
    room.write('abc');
    expect(seal(3)).toEqual(framed(packet(103, 5, string('abc'))));
    expect(reply.status(1, 4, 'Non', 'fr')).toEqual(framed(packet(101, 1, uint32(4), string('Non'), string('fr'))));
  });
});
