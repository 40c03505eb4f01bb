/**
 * Reads one file over SFTP from OpenSSH's server with pull mode's remote and with OpenSSH's own client, alternating.
 * Prints medians and the ratio. `npx tsx bench/pull.ts [rounds] [MiB]`
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Connector } from '../src/model/connector.ts';
import { openRemote } from '../src/pull/open-remote.ts';
import { freePort } from '../test/support/ports.ts';
import { makeFiles } from './door.ts';
import { startDaemon } from './peers.ts';
import { median } from './median.ts';

const [rounds = 5, size = 256] = process.argv.slice(2).map(Number);
const folder = makeFiles(size);
const at = (name: string): string => join(folder, name);
const port = await freePort();
const keyOptions = ['-q', '-t', 'ed25519', '-N', '', '-f'];
for (const name of ['host', 'key']) execFileSync('ssh-keygen', [...keyOptions, at(name)]);
const settings = [
  'ListenAddress 127.0.0.1',
  'StrictModes no',
  'UsePAM no',
  'PidFile none',
  'Subsystem sftp internal-sftp',
];
const own = [`Port ${port}`, `HostKey ${at('host')}`, `AuthorizedKeysFile ${at('key.pub')}`];
writeFileSync(at('sshd_config'), [...settings, ...own, ''].join('\n'));
if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
chmodSync(at('key'), 0o600);
const daemon = await startDaemon('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')], port);

const connector: Connector = {
  ...{ tenantId: 'bench', protocol: 'sftp', host: '127.0.0.1', port, username: userInfo().username, password: null },
  ...{ privateKey: readFileSync(at('key'), 'utf8'), passphrase: null, directory: folder, files: {}, ca: null },
  ...{ afterReading: { kind: 'leave' }, stableSeconds: 0, doneFile: null, certificateFingerprint: null },
  hostKey: execFileSync('ssh-keygen', ['-lf', at('host.pub')], { encoding: 'utf8' }).split(' ')[1] ?? '',
};

async function ours(): Promise<number> {
  const start = performance.now();
  const remote = await openRemote(connector, { privateTargets: ['127.0.0.1'] }, new AbortController().signal);
  const file = (await remote.list()).find(({ name }) => name === 'big.csv');
  if (!file) throw new Error('no file');
  for await (const chunk of remote.read(file, 0)) if (chunk.length === 0) throw new Error('nothing');
  await remote.close();
  return (performance.now() - start) / 1000;
}

function theirs(): number {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    `IdentityFile=${at('key')}`,
  ];
  const start = performance.now();
  const from = `${connector.username}@127.0.0.1:${at('big.csv')}`;
  execFileSync('sftp', ['-q', ...options.flatMap((option) => ['-o', option]), '-P', String(port), from, '/dev/null']);
  return (performance.now() - start) / 1000;
}

const seconds = { ours: [] as number[], theirs: [] as number[] };
for (let i = 0; i < rounds; i++) {
  seconds.theirs.push(theirs());
  seconds.ours.push(await ours());
}
const [a, b] = [median(seconds.ours), median(seconds.theirs)];
console.log(`${size} MiB over SFTP: arrivage ${a.toFixed(2)} s, sftp ${b.toFixed(2)} s, ratio ${(b / a).toFixed(2)}`);
console.log(`peak memory of arrivage: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
daemon.kill();
rmSync(folder, { recursive: true, force: true });
