import { expect, it } from 'vitest';
import { openCli } from './cli.ts';

interface SyncJson {
  id: number;
  state: string;
  [name: string]: unknown;
}

const clients = (name: string) => `Code client;Raison sociale\nC1;${name}\n`;
const state = (done: { stdout: string }) => (JSON.parse(done.stdout) as SyncJson).state;

it('plans, starts, undoes and at last removes, without a server', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme', '--live', '--trigger', 'each']);

  const nothing = await cli.run(['sync', 'now', 'acme']);
  expect(nothing.code).toBe(0);
  expect(nothing.stdout).toContain('aucun nouveau fichier');

  await cli.file('clients.csv', clients('Dupont'));
  await cli.json(['import', 'acme', 'clients.csv']);
  await cli.file('clients.csv', clients('Dupond'));
  await cli.json(['import', 'acme', 'clients.csv']);
  const forced = await cli.run(['sync', 'now', 'acme', '--force', '--dry-run', '--datasets', 'clients', '--json']);
  expect(forced.code).toBe(0);
  expect(JSON.parse(forced.stdout)).toMatchObject({ state: 'dry_run', force: true, datasets: ['clients'] });

  const reverted = await cli.json<SyncJson>(['sync', 'revert', '3']);
  expect(reverted).toMatchObject({ tenant: 'acme', state: 'queued' });
  expect((await cli.run(['sync', 'revert', '3'])).stderr).toMatch(/cannot be reverted/);
  // Whoever asks while one is under way is shown that one.
  expect(state(await cli.run(['sync', 'now', 'acme', '--json']))).toBe('applied');
  expect(await cli.json(['sync', 'show', '3'])).toMatchObject({ state: 'applied', revertedBy: reverted.id });
  expect((await cli.run(['sync', 'show', '3'])).stdout).toContain(
    `Annulée depuis par la synchronisation n° ${reverted.id}`,
  );
  expect((await cli.run(['sync', 'show', String(reverted.id)])).stdout).toContain(
    '1 ligne rétablie, 0 ligne supprimée',
  );

  const planned = ['schedule', 'set', 'acme', '--at', 'mon-fri 06:30', '--at', 'sat 08:00'];
  expect(await cli.json(planned)).toMatchObject({
    timeZone: 'Europe/Paris',
    enabled: true,
    nextRun: expect.any(String) as string,
  });
  const schedule = await cli.json(['schedule', 'set', 'acme', '--cron', '0 12 1 * *', '--disabled']);
  expect(schedule).toMatchObject({ slots: [{ time: '06:30' }, { time: '08:00' }], cron: '0 12 1 * *', nextRun: null });
  expect(await cli.json(['schedule', 'set', 'acme', '--cron', 'off'])).toMatchObject({ cron: null });
  expect((await cli.run(['schedule', 'set', 'acme', '--at', 'whenever'])).code).toBe(2);
  await cli.json(['schedule', 'set', 'acme', '--enabled']);
  const { nextRun } = await cli.json(['schedule', 'show', 'acme']);
  expect(await cli.json(['status'])).toMatchObject({ tenants: [{ id: 'acme', nextRun }] });
  expect(await cli.json(['tenant', 'show', 'acme'])).toMatchObject({ schedule: { nextRun } });
  expect(await cli.json(['schedule', 'remove', 'acme'])).toMatchObject({ removed: true });

  expect((await cli.run(['tenant', 'delete', 'acme'])).stderr).toContain('--yes');
  expect(await cli.json(['tenant', 'delete', 'acme', '--yes'])).toEqual({ id: 'acme', deleted: true });
  expect(await cli.json(['tenant', 'list'])).toEqual([]);
});

it('says by its exit code how a sync ended', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme', '--live']);
  const server = ['--protocol', 'sftp', '--host', '127.0.0.1', '--username', 'acme', '--clients', 'clients.csv'];
  await cli.run(['connector', 'set', 'acme', ...server, '--password-stdin'], { input: 'secret\n' });
  const failed = await cli.run(['sync', 'now', 'acme']);
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('Sync 1 is failed')]);
  expect(failed.stdout).toContain('adresse privée');
  const unknown = await cli.run(['sync', 'now', 'nobody']);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('no tenant')]);
  await cli.run(['tenant', 'set', 'acme', '--suspend']);
  const suspended = await cli.run(['sync', 'now', 'acme']);
  expect([suspended.code, suspended.stderr]).toEqual([1, expect.stringContaining('suspended')]);
});
