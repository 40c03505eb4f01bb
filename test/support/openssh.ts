import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installed, run, type Ran, type RunOptions } from './clients.ts';

/** A client's side: a folder with keys, an ask-pass script and files to send. */
export interface Workplace {
  folder: string;
  file: (name: string) => string;
  write: (name: string, content: Buffer | string) => Promise<string>;
  read: (name: string) => Promise<Buffer>;
  /** The public key line of a new key pair, whose private key is at `file(name)`. */
  makeKey: (name: string, type: 'ed25519' | 'rsa') => Promise<string>;
  remove: () => Promise<void>;
}

export async function openWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-client-'));
  const file = (name: string): string => join(folder, name);
  await writeFile(file('ask-pass'), '#!/bin/sh\nprintf "%s\\n" "$TEST_PASSWORD"\n');
  await chmod(file('ask-pass'), 0o700);
  return {
    folder,
    file,
    async write(name, content) {
      await writeFile(file(name), content);
      return file(name);
    },
    read: (name) => readFile(file(name)),
    async makeKey(name, type) {
      await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file(name)]);
      return readFile(file(`${name}.pub`), 'utf8');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const ALWAYS = [
  ['StrictHostKeyChecking', 'no'],
  ['UserKnownHostsFile', '/dev/null'],
  ['GlobalKnownHostsFile', '/dev/null'],
  ['LogLevel', 'ERROR'],
  ['IdentitiesOnly', 'yes'],
  ['NumberOfPasswordPrompts', '1'],
];

/** How OpenSSH's programs sign in: with a password through ask-pass, or with the key of that name. */
export type As = { password: string } | { key: string };

export function sshOptions(workplace: Workplace, as: As, more: readonly string[] = []): string[] {
  const own =
    'key' in as
      ? [`IdentityFile=${workplace.file(as.key)}`, 'BatchMode=yes']
      : ['BatchMode=no', 'PubkeyAuthentication=no'];
  return [...ALWAYS.map(([name, value]) => `${name}=${value}`), ...own, ...more].flatMap((option) => ['-o', option]);
}

function sshEnvironment(workplace: Workplace, as: As): Record<string, string> {
  const password = 'password' in as ? as.password : '';
  return { SSH_ASKPASS: workplace.file('ask-pass'), SSH_ASKPASS_REQUIRE: 'force', TEST_PASSWORD: password };
}

/** Where OpenSSH 10 is unpacked (`usr` of its Debian packages), whose own version the machine's is not. */
export function newOpenSsh(): string {
  const folder = process.env['OPENSSH10'] ?? '';
  return installed(join(folder, 'bin/ssh')) ? folder : '';
}

export interface SftpCall extends RunOptions {
  port: number;
  as: As;
  user?: string;
  options?: readonly string[];
  /** The folder whose `bin` has the client. */
  from?: string;
  /** Tells the algorithms that were chosen on standard error. */
  verbose?: boolean;
}

/** Runs OpenSSH's `sftp` with commands, stopping at the first that fails. */
export function sftp(workplace: Workplace, commands: readonly string[], call: SftpCall): Promise<Ran> {
  const { port, as, user = 'acme-export', options = [], from, verbose = false, ...rest } = call;
  const own = [...(from === undefined ? [] : ['-S', join(from, 'bin/ssh')]), ...(verbose ? ['-v'] : [])];
  const args = [...own, ...sshOptions(workplace, as, options), '-P', String(port), '-b', '-', `${user}@127.0.0.1`];
  return run(from === undefined ? 'sftp' : join(from, 'bin/sftp'), args, {
    ...rest,
    cwd: workplace.folder,
    input: `${commands.join('\n')}\n`,
    env: { ...sshEnvironment(workplace, as), ...rest.env },
  });
}
