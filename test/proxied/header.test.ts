import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_HEADER, readHeader } from '../../src/proxied/header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const block = (rest: string) => Buffer.from(SIGNATURE + rest, 'hex');
const line = (text: string) => Buffer.from(text, 'latin1');
const whole = (bytes: Buffer, source: string | null) => ({ kind: 'whole', length: bytes.length, source });

describe('a proxy says for whom it connects', () => {
  it.each<[string, Buffer, string | null]>([
    ['a line for IPv4', line('PROXY TCP4 192.0.2.7 198.51.100.1 56324 2022\r\n'), '192.0.2.7'],
    ['a line for IPv6', line('PROXY TCP6 2001:db8::7 2001:db8::1 56324 2022\r\n'), '2001:db8::7'],
    ['a line for itself', line('PROXY UNKNOWN\r\n'), null],
    ['a line whose end is for nobody', line('PROXY UNKNOWN ffff:f...f:ffff 1 2\r\n'), null],
    ['a block for IPv4', block('2111000cc0000207c6336401dc0407e6'), '192.0.2.7'],
    [
      'a block for IPv6',
      block(`2121002420010db800000000000000000000000720010db8000000000000000000000001dc0407e6`),
      '2001:db8::7',
    ],
    ['a block with extensions behind the addresses', block('21110010c0000207c6336401dc0407e604000100'), '192.0.2.7'],
    ['a health check', block('20000000'), null],
    ['a health check that names addresses', block('2011000cc0000207c6336401dc0407e6'), null],
    ['a block of another family', block('2131000400000000'), null],
  ])('in %s', (_, bytes, source) => {
    expect(readHeader(bytes)).toEqual(whole(bytes, source));
    expect(readHeader(Buffer.concat([bytes, Buffer.from('SSH-2.0-x\r\n')]))).toEqual(whole(bytes, source));
    for (let cut = 0; cut < bytes.length; cut++) expect(readHeader(bytes.subarray(0, cut))).toEqual({ kind: 'part' });
  });

  it.each([
    ['a client that speaks first', line('SSH-2.0-OpenSSH_9.2\r\n')],
    ['a TLS handshake', Buffer.from('16030100', 'hex')],
    ['another family than its address', line('PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n')],
    ['an address with a zone', line('PROXY TCP6 fe80::1%eth0 fe80::2 1 2\r\n')],
    ['a destination with a zone', line('PROXY TCP6 fe80::1 fe80::2%1 1 2\r\n')],
    ['an address that is none', line('PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n')],
    ['a port beyond all', line('PROXY TCP4 192.0.2.7 198.51.100.1 65536 2\r\n')],
    ['a port too few', line('PROXY TCP4 192.0.2.7 198.51.100.1 1\r\n')],
    ['a line without an end', line(`PROXY TCP4 ${'1'.repeat(120)}`)],
    ['another version', block('3111000cc0000207c6336401dc0407e6')],
    ['a block too short for its addresses', block('21110004c0000207')],
    ['a block beyond what is kept', block('2111ffff')],
  ])('not by %s', (_, bytes) => {
    expect(readHeader(bytes).kind).toBe('none');
  });

  it('whatever comes, it is judged before more than the bound has to be kept', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: LONGEST_HEADER, maxLength: LONGEST_HEADER + 10 }),
        fc.boolean(),
        (bytes, signed) => {
          const buffer = Buffer.from(bytes);
          if (signed) buffer.write(SIGNATURE, 'hex');
          expect(readHeader(buffer).kind).not.toBe('part');
        },
      ),
    );
  });
});
