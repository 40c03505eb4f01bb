import { chmod, chown, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Ran, run } from '../support/clients.ts';
import { type Cli, openCli } from './cli.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
const asNobody = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];

/** A data folder that belongs to nobody, where root may stand in for another account; else our own. */
async function ownedCli(): Promise<Cli> {
  const cli = await openCli();
  await chmod(cli.folder, 0o755);
  await mkdir(dataOf(cli), { mode: 0o700 });
  if (isRoot) await chown(dataOf(cli), NOBODY, NOBODY);
  return cli;
}

const dataOf = ({ env }: Cli): string => env['ARRIVAGE_DATA'] ?? '';

/** Runs a command as the folder's owner. */
const asOwner = (cli: Cli, args: string[]): Promise<Ran> => cli.run(args, { through: asNobody });

async function owners(folder: string): Promise<Set<number>> {
  const names = await readdir(folder, { recursive: true });
  return new Set(await Promise.all([folder, ...names.map((name) => join(folder, name))].map(ownerOf)));
}
const ownerOf = async (path: string): Promise<number> => (await stat(path)).uid;

/** An account that is not the owner's, as far as this machine has one: where we are not root, a folder closed to us. */
async function asStranger(cli: Cli, args: string[]): Promise<Ran> {
  if (isRoot) return cli.run(args);
  await chmod(dataOf(cli), 0o500);
  try {
    return await cli.run(args);
  } finally {
    await chmod(dataOf(cli), 0o700);
  }
}

const refusal = isRoot ? /belongs to nobody, and this runs as root.*sudo -u nobody/ : /cannot be used \(EACCES/;

it('makes nothing beside a service of another account, and says as whom to run', async () => {
  const cli = await ownedCli();
  const early = await asStranger(cli, ['tenant', 'create', 'acme', '--name', 'Acme']);
  expect([early.code, early.stderr]).toEqual([1, expect.stringMatching(refusal)]);
  expect(await readdir(dataOf(cli))).toEqual([]);

  expect(await asOwner(cli, ['tenant', 'create', 'acme', '--name', 'Acme'])).toMatchObject({ code: 0 });
  const service = cli.start(['serve', '--json'], {}, asNobody);
  const { http } = (await service.event('started')) as { http: number };
  const file = await cli.file('clients.csv', 'code;nom\nC1;Un\n');
  for (const args of [['import', 'acme', file], ['serve'], ['status'], ['sync', 'now', 'acme'], ['migrate']]) {
    const { code, stderr } = await asStranger(cli, args);
    expect([args[0], code, stderr]).toEqual([args[0], 1, expect.stringMatching(refusal)]);
  }
  expect((await asStranger(cli, ['doctor'])).stdout).toMatch(/FAIL +Data folder/);

  expect(await asOwner(cli, ['import', 'acme', file])).toMatchObject({ code: 0 });
  expect(await owners(dataOf(cli))).toEqual(new Set([isRoot ? NOBODY : process.getuid?.()]));
  expect((await fetch(`http://127.0.0.1:${http}/readyz`)).status).toBe(200);
});

it('is not ready, nor well, where the spool is closed to the service', async () => {
  const cli = await ownedCli();
  expect(await asOwner(cli, ['tenant', 'create', 'acme', '--name', 'Acme'])).toMatchObject({ code: 0 });
  const service = cli.start(['serve', '--json'], {}, asNobody);
  const { http } = (await service.event('started')) as { http: number };
  const spool = join(dataOf(cli), 'spool');
  await mkdir(join(spool, 'partial'), { recursive: true, mode: isRoot ? 0o700 : 0o500 });
  onTestFinished(() => chmod(join(spool, 'partial'), 0o700));

  const ready = await fetch(`http://127.0.0.1:${http}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([
    503,
    { checks: { disk: expect.stringContaining('EACCES') as string } },
  ]);
  const doctor = await asOwner(cli, ['doctor']);
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/FAIL +Data folder .*spool/)]);
  const status = await asOwner(cli, ['status']);
  expect([status.code, status.stderr]).toEqual([1, expect.stringContaining(spool)]);
});

it('names the folder of one tenant that another account made', async () => {
  const cli = await ownedCli();
  expect(await asOwner(cli, ['tenant', 'create', 'acme', '--name', 'Acme'])).toMatchObject({ code: 0 });
  const file = await cli.file('clients.csv', 'code;nom\nC1;Un\n');
  expect(await asOwner(cli, ['import', 'acme', file])).toMatchObject({ code: 0 });
  const folder = join(dataOf(cli), 'spool/committed/acme');
  expect((await asOwner(cli, ['doctor'])).stdout).toMatch(/ok +Data folder/);
  if (!isRoot) return;
  await chown(folder, 0, 0);
  expect((await asOwner(cli, ['doctor'])).stdout).toContain(`${folder} belongs to root`);
  expect((await asOwner(cli, ['status'])).stdout).toContain(`Uploads are refused: ${folder} belongs to root`);
});

it('refuses a data folder on a file system that takes no writing', async () => {
  const cli = await ownedCli();
  const data = dataOf(cli);
  if (isRoot) {
    expect(await run('mount', ['-t', 'tmpfs', '-o', 'ro,mode=777', 'tmpfs', data])).toMatchObject({ code: 0 });
    onTestFinished(() => run('umount', [data]).then(() => undefined));
  } else await chmod(data, 0o500);
  for (const as of isRoot ? [[], asNobody] : [[]]) {
    const refused = await cli.run(['status'], { through: as });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/cannot be used \((EROFS|EACCES)/)]);
    expect((await cli.run(['doctor'], { through: as })).stdout).toMatch(/FAIL +Data folder .*(EROFS|EACCES)/);
  }
});
