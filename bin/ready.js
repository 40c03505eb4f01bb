import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Makes a checkout ready to run: installs what is missing and builds dist/ where src/ has changed. It uses nothing
// but Node, says one line only when it does something, and may run several times at once.

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...names) => join(checkout, ...names);
const lockFolder = at('.ready.lock');
const stamp = at('dist/.built');
const WAIT_MS = 10 * 60_000;

/** Ends the process with status 1 and one line of explanation where the checkout cannot be made ready. */
export function ready() {
  try {
    requireNode();
    if (isInstalled() && isBuilt()) return;
    locked(() => {
      if (!isInstalled()) install();
      if (!isBuilt()) build();
    });
  } catch (error) {
    console.error(`arrivage: ${error.message}`);
    process.exit(1);
  }
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`Node ${process.versions.node} is too old: arrivage needs Node 20.19 or newer`);
}

function isInstalled() {
  // npm writes this file last, after everything else is in place.
  const installed = statSync(at('node_modules/.package-lock.json'), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= statSync(at('package-lock.json')).mtimeMs;
}

function install() {
  console.error('arrivage: installing packages (npm ci) …');
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: checkout,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error?.code === 'ENOENT') throw new Error('npm is not installed: install Node with npm, then try again');
  if (status !== 0) throw new Error('npm ci failed (see above): correct that and try again');
}

/** Names, sizes and times of everything that the build is made of. */
function sources() {
  const names = readdirSync(at('src'), { recursive: true }).filter((name) => /\.tsx?$/.test(name));
  const hash = createHash('sha256');
  for (const name of ['tsconfig.json', 'tsconfig.build.json', ...names.sort().map((name) => join('src', name))]) {
    const { size, mtimeMs } = statSync(at(name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sources();
}

function build() {
  console.error('arrivage: building …');
  const compiler = at('node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) throw new Error('the TypeScript compiler is missing: run "npm ci" with dev dependencies');
  const seen = sources();
  const draft = mkdtempSync(at('.build-'));
  try {
    const args = [compiler, '-p', at('tsconfig.build.json'), '--noCheck', '--outDir', draft];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: checkout, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the build failed:\n${stdout}`);
    moveInto(draft, at('dist'));
    writeFileSync(stamp, seen);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** File by file, so that a process that runs from dist/ finds each one whole at any moment. */
function moveInto(from, to) {
  mkdirSync(to, { recursive: true });
  const files = (folder) =>
    readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
  const made = files(from);
  for (const name of made) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    renameSync(join(from, name), join(to, name));
  }
  for (const name of files(to)) if (!made.includes(name)) rmSync(join(to, name));
}

function locked(work) {
  const end = Date.now() + WAIT_MS;
  while (!takeLock()) {
    if (Date.now() > end) throw new Error(`another process is still preparing this checkout: remove ${lockFolder}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    work();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

function takeLock() {
  try {
    mkdirSync(lockFolder);
    writeFileSync(join(lockFolder, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM')
      throw new Error(
        `this checkout is not ready and cannot be written: run "npm run ready" once as the owner of ${checkout}`,
      );
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned()) rmSync(lockFolder, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned() {
  try {
    process.kill(Number(readFileSync(join(lockFolder, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ready();
