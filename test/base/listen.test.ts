import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { listenOn, portOf } from '../../src/base/listen.ts';

it('listening tells the free port that it was given, and throws where somebody has it', async () => {
  const [one, other] = [createServer(), createServer()];
  expect(portOf(one)).toBe(0);
  const port = await listenOn(one, '127.0.0.1', 0);
  expect(port).toBeGreaterThan(0);
  expect(portOf(one)).toBe(port);
  await expect(listenOn(other, '127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await new Promise((resolve) => one.close(resolve));
});
