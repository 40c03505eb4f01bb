import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../support/clients.ts';
import { openCli } from './cli.ts';

it('ends by the signal when a command that waits is interrupted, and takes its Postgres along', async () => {
  const cli = await openCli({ embedded: true });
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme', '--live']);
  await cli.file('clients.csv', 'Code client;Raison sociale\nC1;Dupont\n');
  await cli.json(['import', 'acme', 'clients.csv']);
  await cli.json(['sync', 'replay', '1']);
  // Nobody runs the sync: it waits for ever.
  const watch = cli.start(['sync', 'watch', '2']);
  await until('it waits', () => watch.stderr().includes('queued'), 60_000);
  watch.signal('SIGINT');
  expect(await watch.ended).toBe(null);
  expect(existsSync(join(cli.folder, 'data/postgres/data/postmaster.pid'))).toBe(false);
});

it('removes everything when the demonstration is interrupted while it prepares', async () => {
  const cli = await openCli({ embedded: true });
  const temporary = join(cli.folder, 'tmp');
  await mkdir(temporary);
  const demo = cli.start(['demo'], { TMPDIR: temporary });
  await until('files are pushed', () => demo.stderr().includes('SFTP: clients.csv'), 120_000);
  demo.signal('SIGINT');
  expect(await demo.ended).toBe(null);
  expect(await readdir(temporary)).toEqual([]);
});
