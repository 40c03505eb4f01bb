import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { findSignIn } from '../../src/db/queries/access/sign-in.ts';
import { verifyPassword } from '../../src/auth/password.ts';
import { openCli, type Cli } from './cli.ts';

function databaseOf(cli: Cli) {
  const database = openDatabase(cli.env['DATABASE_URL'] ?? '', { max: 2 });
  onTestFinished(() => database.close());
  return database;
}

it('makes a tenant that only tries its files out until it is live', async () => {
  const cli = await openCli();
  const made = await cli.run(['tenant', 'create', 'acme', '--name', 'Acme & fils']);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toContain('"acme" created, in state validation');
  expect(await cli.json(['tenant', 'show', 'acme'])).toMatchObject({
    ...{ id: 'acme', name: 'Acme & fils', state: 'validation', trigger: 'settle', multiContact: false },
    ...{ expected: ['clients', 'ecritures'], settleSeconds: 30, endpoints: [], credentials: [] },
  });
  expect((await cli.run(['tenant', 'list'])).stdout).toMatch(/^acme +Acme & fils +validation +settle/m);
});

it('takes the forms that scripts rely on, and expects contacts where they are taken', async () => {
  const cli = await openCli();
  const args = ['tenant', 'create', 'acme', '--name', 'Acme', '--live', '--trigger', 'done-file', '--multi-contact'];
  expect(await cli.json(args)).toMatchObject({
    ...{ id: 'acme', state: 'live', trigger: 'done-file', multiContact: true },
    expected: ['clients', 'ecritures', 'contacts'],
  });
});

it('changes every setting of a tenant, and takes ports away again', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  await cli.json(['tenant', 'create', 'other', '--name', 'Other']);
  const settings = [
    ...['--expected', 'ecritures', '--done-pattern', 'fin.txt,*.ok', '--settle-seconds', '5', '--quota', '2g'],
    ...['--guard-settle', '50%', '--guard-rows', '0.25', '--company', 'FR01', '--language', 'en', '--max-file', '10m'],
    ...['--fec-accounts', '411,413', '--suspend', '--sftp-port', '40022', '--ftps-port', '40990'],
  ];
  expect(await cli.json(['tenant', 'set', 'acme', ...settings])).toMatchObject({
    ...{ expected: ['ecritures'], donePatterns: ['fin.txt', '*.ok'], settleSeconds: 5, quotaBytes: 2 ** 31 },
    ...{ guardSettle: 0.5, guardRows: 0.25, defaultCompany: 'FR01', language: 'en', maxFileBytes: 10 * 2 ** 20 },
    ...{ fecAccounts: ['411', '413'], state: 'suspended' },
  });
  const taken = await cli.run(['tenant', 'set', 'other', '--ftp-port', '40022']);
  expect(taken).toMatchObject({ code: 1, stderr: 'arrivage: Port 40022 is taken: it is the sftp port of "acme".\n' });
  const passive = await cli.run(['tenant', 'set', 'other', '--ftp-port', '50050']);
  expect(passive).toMatchObject({ code: 1, stderr: 'arrivage: Port 50050 is taken: the server itself uses it.\n' });
  await cli.json(['tenant', 'set', 'acme', '--ftps-port', 'off']);
  const showPorts = async () => (await cli.json<{ endpoints: object[] }>(['tenant', 'show', 'acme'])).endpoints;
  expect(await showPorts()).toEqual([{ protocol: 'sftp', port: 40_022, legacy: false }]);
  await cli.json(['tenant', 'set', 'acme', '--sftp-legacy', 'on']);
  await cli.json(['tenant', 'set', 'acme', '--sftp-port', '40023']);
  expect(await showPorts()).toEqual([{ protocol: 'sftp', port: 40_023, legacy: true }]);
  const shared = await cli.run(['tenant', 'set', 'other', '--sftp-legacy', 'on']);
  expect(shared).toMatchObject({ code: 1, stderr: expect.stringContaining('Only on a port of its own') as string });
});

it('says in one line what is wrong, and ends with 2 for a wrong use, 1 for a refusal', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  const wrong = [
    ['tenant', 'create', 'Acme', '--name', 'x'],
    ['tenant', 'create', 'a', '--name', 'x'],
    ['tenant', 'create', 'beta'],
    ['tenant', 'create', 'beta', '--name', 'x', '--trigger', 'sometimes'],
    ['tenant', 'set', 'acme', '--live', '--suspend'],
    ['tenant', 'set', 'acme', '--sftp-port', '70000'],
    ['tenant', 'set', 'acme', '--sftp-legacy', 'perhaps'],
    ['credential', 'add', 'acme', 'acme', '--ip', '10.0.0.0/33'],
    ['credential', 'add', 'acme', 'a name'],
    ['no-such-command'],
    [],
  ];
  const codes = await Promise.all(wrong.map(async (args) => (await cli.run(args)).code));
  expect(codes).toEqual(wrong.map(() => 2));
  const refused = [
    ['tenant', 'create', 'acme', '--name', 'Again'],
    ['tenant', 'show', 'nobody'],
    ['tenant', 'set', 'acme'],
    ['credential', 'add', 'nobody', 'x1'],
    ['credential', 'revoke', 'acme', 'nobody'],
    ['mapping', 'show', 'nobody'],
    ['sync', 'show', '999'],
    ['sync', 'list', 'nobody'],
  ];
  for (const ran of await Promise.all(refused.map((args) => cli.run(args)))) {
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/^arrivage: .+\n$/);
  }
  const help = await cli.run(['tenant', 'create', '--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('--json');
});

it('lets a username in by the password of standard input, from where it is allowed', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  const args = ['credential', 'add', 'acme', 'acme-export', '--password-stdin', '--allow-cleartext-ftp'];
  const limits = ['--protocol', 'sftp,ftp', '--ip', '192.0.2.0/24', '--ip', '2001:db8::1'];
  const added = await cli.run([...args, ...limits], { input: 'mot de passe é"\n' });
  expect(added).toMatchObject({ code: 0, stderr: '' });
  expect(added.stdout).not.toContain('mot de passe');
  const found = await findSignIn(databaseOf(cli), 'acme-export');
  expect(found?.credential).toMatchObject({
    ...{ tenantId: 'acme', protocols: ['sftp', 'ftp'], allowCleartextFtp: true },
    ipRanges: ['192.0.2.0/24', '2001:db8::1'],
  });
  expect(await verifyPassword(found?.passwordHash, 'mot de passe é"')).toBe(true);
  for (const input of ['', '\n', 'two\nlines\n'])
    expect(await cli.run(['credential', 'add', 'acme', 'x1', '--password-stdin'], { input })).toMatchObject({
      code: 1,
    });
});

it('makes a long password where none is given, shows it once, and takes the username away again', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  const added = await cli.json(['credential', 'add', 'acme', 'acme-export']);
  const password = String(added['password']);
  expect(password.length).toBeGreaterThanOrEqual(24);
  const database = databaseOf(cli);
  const stored = await findSignIn(database, 'acme-export');
  expect(await verifyPassword(stored?.passwordHash, password)).toBe(true);

  const taken = await cli.run(['credential', 'add', 'acme', 'acme-export']);
  expect(taken.stderr).toContain('is taken');
  expect(await cli.json(['credential', 'revoke', 'acme', 'acme-export'])).toMatchObject({ revoked: true });
  expect(await findSignIn(database, 'acme-export')).toBeUndefined();
  const [listed] = await cli.json<Record<string, unknown>[]>(['credential', 'list', 'acme']);
  expect(listed).toMatchObject({ username: 'acme-export', hasPassword: false });
  expect(listed?.['revokedAt']).not.toBeNull();
  await cli.json(['credential', 'add', 'acme', 'acme-export']);
  const actions = await database.sql`select action, actor from audit order by id`;
  expect(actions.map((row) => row['action'] as string)).toEqual([
    ...['tenant.create', 'credential.add', 'credential.revoke', 'credential.add'],
  ]);
  expect(String(actions[0]?.['actor'])).toMatch(/^cli:/);
});

it('takes OpenSSH public keys, and refuses what is none', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  const key = join(cli.folder, 'id');
  expect(spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'job@acme', '-f', key]).status).toBe(0);
  const print = spawnSync('ssh-keygen', ['-lf', `${key}.pub`])
    .stdout.toString()
    .split(' ')[1];

  const added = await cli.json(['credential', 'add', 'acme', 'acme-export', '--public-key', `${key}.pub`]);
  expect(added).toEqual({ tenant: 'acme', username: 'acme-export', keys: [print] });
  expect(await cli.json(['credential', 'list', 'acme'])).toMatchObject([
    { hasPassword: false, keys: [{ fingerprint: print, comment: 'job@acme' }] },
  ]);

  const text = await cli.file('notes.txt', 'no key at all\n');
  for (const [file, why] of [
    [key, 'This is a private key'],
    [text, 'This is no OpenSSH public key'],
    [join(cli.folder, 'absent'), 'cannot be read'],
  ] as const)
    expect(await cli.run(['credential', 'add', 'acme', 'x1', '--public-key', file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(why) as string,
    });
});
