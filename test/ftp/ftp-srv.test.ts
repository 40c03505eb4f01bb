import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { FTP_SRV_VERSION } from '../../src/ftp/ftp-srv.ts';
import { ftpWorld } from '../support/ftp-world.ts';
import { signedIn } from './raw-client.ts';

const load = createRequire(import.meta.url);

it('ftp-srv is the version whose internals the adapter knows', () => {
  expect((load('ftp-srv/package.json') as { version: string }).version).toBe(FTP_SRV_VERSION);
});

it('ftp-srv installs no signal handlers: stopping is ours, and waits for transfers', async () => {
  const signals = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;
  const before = signals.map((signal) => process.listenerCount(signal));
  await ftpWorld({});
  expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before);
});

it('no command of ftp-srv’s own is left in its registry', async () => {
  const world = await ftpWorld({});
  const registry = load('ftp-srv/src/commands/registry') as Record<string, { description?: string }>;
  expect(Object.values(registry).filter(({ description }) => description !== undefined)).toEqual([]);
  const client = await signedIn(world.port);
  expect(await client.ask('SITE HELP')).toMatch(/^502 /);
});
