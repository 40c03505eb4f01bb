import { execFile, spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const here = (name: string) => new URL(`../../${name}`, import.meta.url).pathname;
const run = promisify(execFile);

/** A small checkout: our scripts and settings, a command line of three lines, and the packages of this one. */
async function checkout(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-checkout-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['bin', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'])
    await cp(here(name), join(folder, name), { recursive: true });
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src/said.ts'), "export const said: string = 'first';\n");
  await writeFile(
    join(folder, 'src/cli.ts'),
    "import { said } from './said.ts';\nprocess.stdout.write(`${said} ${process.argv[2] ?? ''}`);\n",
  );
  const packages = join(folder, 'node_modules');
  await mkdir(packages);
  for (const name of ['typescript', '@types', 'undici-types'])
    await symlink(here(`node_modules/${name}`), join(packages, name));
  await writeFile(join(packages, '.package-lock.json'), '{}');
  return folder;
}

const arrivage = (folder: string, ...args: string[]) =>
  run(process.execPath, [join(folder, 'bin/arrivage.js'), ...args], { cwd: tmpdir() });

it('builds a checkout once, says so in one line, and runs it with its arguments from any folder', async () => {
  const folder = await checkout();
  const first = await arrivage(folder, 'hello');
  expect([first.stdout, first.stderr]).toEqual(['first hello', 'arrivage: building …\n']);
  const second = await arrivage(folder, 'again');
  expect([second.stdout, second.stderr]).toEqual(['first again', '']);
});

it('builds again when a source changed, and forgets a source that is gone', async () => {
  const folder = await checkout();
  await writeFile(join(folder, 'src/old.ts'), 'export const old = 1;\n');
  await arrivage(folder);
  expect(await readdir(join(folder, 'dist'))).toContain('old.js');
  await writeFile(join(folder, 'src/said.ts'), "export const said: string = 'second';\n");
  await rm(join(folder, 'src/old.ts'));
  expect((await arrivage(folder)).stdout).toBe('second ');
  expect(await readdir(join(folder, 'dist'))).not.toContain('old.js');
});

it('builds once for two that start at the same time', async () => {
  const folder = await checkout();
  const both = await Promise.all([arrivage(folder, 'a'), arrivage(folder, 'b')]);
  expect(both.map(({ stdout }) => stdout)).toEqual(['first a', 'first b']);
  expect(both.map(({ stderr }) => stderr).join('')).toBe('arrivage: building …\n');
  expect((await readdir(folder)).filter((name) => /build-|lock$/.test(name))).toEqual([]);
});

it('goes on after one that was killed while it built', async () => {
  const folder = await checkout();
  await mkdir(join(folder, '.ready.lock'));
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(join(folder, '.ready.lock/pid'), String(pid));
  expect((await arrivage(folder)).stdout).toBe('first ');
});

it('installs packages when the lock file is newer than they are', async () => {
  const folder = await checkout();
  const tools = join(folder, 'tools');
  await mkdir(tools);
  const installed = join(folder, 'node_modules/.package-lock.json');
  await writeFile(join(tools, 'npm'), `#!/bin/sh\necho "$1" >${folder}/asked\ntouch ${installed}\n`);
  await chmod(join(tools, 'npm'), 0o755);
  await utimes(installed, new Date(0), new Date(0));
  const ran = await run(process.execPath, [join(folder, 'bin/ready.js')], {
    env: { PATH: `${tools}:${process.env['PATH'] ?? ''}` },
  });
  expect(ran.stderr).toBe('arrivage: installing packages (npm ci) …\narrivage: building …\n');
  expect(await readFile(join(folder, 'asked'), 'utf8')).toBe('ci\n');
});

it('says what is missing where there is no npm', async () => {
  const folder = await checkout();
  await rm(join(folder, 'node_modules'), { recursive: true });
  const ran = run(process.execPath, [join(folder, 'bin/ready.js')], { env: { PATH: '/nowhere' } });
  await expect(ran).rejects.toMatchObject({ code: 1 });
  await expect(ran).rejects.toThrow(/npm is not installed/);
});

it('runs an installed package, which has no sources, as it is', async () => {
  const folder = await checkout();
  await arrivage(folder);
  await rm(join(folder, 'src'), { recursive: true });
  await rm(join(folder, 'node_modules'), { recursive: true });
  expect((await arrivage(folder, 'x')).stdout).toBe('first x');
});
