import { Hono } from 'hono';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { ApiEnv } from '../../src/api/contract/context.ts';
import { serveApi } from '../../src/api/server.ts';
import { streamed } from '../../src/api/streams/streamed.ts';
import { openSeats } from '../../src/base/shares.ts';

it('is cut off whoever reads for too long, and what was held for them is let go', async () => {
  let letGo: (why: unknown) => void = () => undefined;
  const isLetGo = new Promise((resolve) => (letGo = resolve));
  const seats = openSeats({ inAll: 1, perOwner: 1 });
  const app = new Hono<ApiEnv>().get('/', (c) => {
    c.set('caller', { keyId: 'k', name: 'key', scope: 'operator', tenant: null });
    return streamed(
      c,
      'text/plain',
      async (write) => {
        try {
          for (;;) await write('x'.repeat(65_536));
        } finally {
          letGo('let go');
        }
      },
      { seats, longestMs: 300 },
    );
  });
  const server = await serveApi(app, '127.0.0.1', 0, { connections: 10, stallMs: 60_000 });
  onTestFinished(() => server.close(0));
  const reader = connect(server.port, '127.0.0.1');
  reader.on('error', () => undefined);
  reader.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(reader, 'readable');
  expect(await isLetGo).toBe('let go');
  reader.resume();
  await once(reader, 'close');
});
