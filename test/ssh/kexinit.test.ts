import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readKexInit, rewriteKexInit } from '../../src/ssh/kexinit.ts';
import { kexInit } from './packets.ts';

it('reads what a KEXINIT offers, and writes another method into it without a change to the rest', () => {
  const payload = kexInit({ kex: ['a', 'b@c'], hostKey: ['h'], guesses: true });
  const offer = readKexInit(payload);
  expect(offer).toMatchObject({
    kex: ['a', 'b@c'],
    hostKey: ['h'],
    cipherIn: ['aes128-gcm@openssh.com'],
    guesses: true,
  });
  expect(rewriteKexInit(payload, ['a', 'b@c'], true)).toEqual(payload);
  const other = readKexInit(rewriteKexInit(payload, ['longer-than-before'], false));
  expect(other).toEqual({ ...offer, kex: ['longer-than-before'], guesses: false });
});

it('is a KEXINIT or none: nothing else comes of garbage', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(() => readKexInit(Buffer.from(bytes))).not.toThrow();
    }),
  );
  const whole = kexInit({ kex: ['a'] });
  for (let length = 0; length < whole.length - 5; length++)
    expect(readKexInit(whole.subarray(0, length))).toBeUndefined();
});
