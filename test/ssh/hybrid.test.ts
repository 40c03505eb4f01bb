import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hybridClient, hybridServer } from '../../src/ssh/hybrid.ts';
import { type MlKem, PUBLIC_KEY_BYTES, nativeMlKem, portableMlKem } from '../../src/ssh/ml-kem.ts';

const native = nativeMlKem();
const pairs: [string, MlKem, MlKem][] = [['JavaScript with itself', portableMlKem, portableMlKem]];
if (native)
  pairs.push(['Node with JavaScript', native, portableMlKem], ['JavaScript with Node', portableMlKem, native]);

describe('the hybrid key exchange', () => {
  it('gives both sides the same secret, another one each time', () => {
    const secrets = [1, 2].map(() => {
      const [client, server] = [hybridClient(), hybridServer()];
      const secret = server.secret(client.message());
      expect(client.secret(server.message())).toEqual(secret);
      expect([client.message().length, server.message().length, secret.length]).toEqual([1216, 1120, 32]);
      return secret.toString('hex');
    });
    expect(new Set(secrets).size).toBe(2);
  });

  it.each(pairs)('understands itself: %s', (_, one, other) => {
    const { publicKey, decapsulate } = one.makeKey();
    const { ciphertext, secret } = other.encapsulate(publicKey);
    expect(Buffer.from(decapsulate(ciphertext))).toEqual(Buffer.from(secret));
  });

  it.each(native ? [native, portableMlKem] : [portableMlKem])(
    'refuses an encapsulation key over the modulus',
    (kem) => {
      const { publicKey } = kem.makeKey();
      const beyond = Buffer.from(publicKey);
      beyond.fill(0xff, 0, 3);
      expect(() => kem.encapsulate(beyond)).toThrow();
      expect(() => kem.encapsulate(publicKey.subarray(1))).toThrow();
    },
  );

  it('refuses messages of another length and points that give no secret', () => {
    const { publicKey } = portableMlKem.makeKey();
    const point = randomBytes(32);
    const server = (...parts: Uint8Array[]) => hybridServer().secret(Buffer.concat(parts));
    expect(server(publicKey, point)).toHaveLength(32);
    expect(() => server(publicKey)).toThrow();
    expect(() => server(publicKey, point, Buffer.from([0]))).toThrow();
    expect(() => server(publicKey, Buffer.alloc(32))).toThrow();
    expect(() => server(randomBytes(PUBLIC_KEY_BYTES), point)).toThrow();
    expect(() => hybridClient().secret(randomBytes(1119))).toThrow();
    expect(() => hybridClient().secret(Buffer.concat([randomBytes(1088), Buffer.alloc(32)]))).toThrow();
  });
});
