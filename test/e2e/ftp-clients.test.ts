import { createHash, randomBytes } from 'node:crypto';
import { mkdir, utimes } from 'node:fs/promises';
import { Client } from 'basic-ftp';
import { describe, expect, it } from 'vitest';
import { type Ran, has, killGroup, run, until } from '../support/clients.ts';
import { type FtpWorld, type FtpWorldOptions, PASSWORD, ftpWorld } from '../support/ftp-world.ts';
import { sharedDatabase } from '../support/server.ts';

const database = sharedDatabase();
const openWorld = (options: FtpWorldOptions = {}): Promise<FtpWorld> => ftpWorld({ database: database(), ...options });

const MiB = 1024 * 1024;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const record = (path: string, content: Buffer) => ({ path, size: content.length, sha256: sha256(content) });

describe.skipIf(!has('curl'))('curl', () => {
  type Way = 'explicit TLS' | 'implicit TLS' | 'clear';
  const curl = ({ client, port, tlsPort }: FtpWorld, way: Way, path: string, ...args: string[]): Promise<Ran> => {
    const user = `${way === 'clear' ? 'acme-clear' : 'acme-export'}:${PASSWORD}`;
    const url = way === 'implicit TLS' ? `ftps://127.0.0.1:${tlsPort}` : `ftp://127.0.0.1:${port}`;
    const options = ['-sS', '-k', '--user', user, ...(way === 'explicit TLS' ? ['--ssl-reqd'] : [])];
    return run('curl', [...options, ...args, `${url}/${path}`], { cwd: client.folder });
  };

  it.each(['explicit TLS', 'implicit TLS', 'clear'] as const)('puts and gets over %s', async (way) => {
    const world = await openWorld();
    const content = randomBytes(3 * MiB + 17);
    await world.client.write('a.csv', content);
    expect(await curl(world, way, 'in/a.csv', '-T', 'a.csv', '--ftp-create-dirs')).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/in/a.csv', content)]);
    expect(await curl(world, way, 'in/a.csv', '-o', 'b.csv')).toMatchObject({ code: 0 });
    expect(sha256(await world.client.read('b.csv'))).toBe(sha256(content));
    expect((await curl(world, way, 'in/')).stdout).toMatch(/^-rw-r--r-- .* 3145745 .* a\.csv\r?\n$/);
  });

  it('takes an empty file for what it is', async () => {
    const world = await openWorld();
    await world.client.write('a.csv', '');
    expect(await curl(world, 'explicit TLS', 'a.csv', '-T', 'a.csv')).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/a.csv', Buffer.alloc(0))]);
  });

  it('gets ranges, and what a file lacks', async () => {
    const world = await openWorld();
    await world.client.write('a.csv', '0123456789');
    await curl(world, 'explicit TLS', 'a.csv', '-T', 'a.csv');
    expect((await curl(world, 'explicit TLS', 'a.csv', '-r', '2-4')).stdout).toBe('234');
    await world.client.write('b.csv', '0123');
    expect(await curl(world, 'explicit TLS', 'a.csv', '-C', '-', '-o', 'b.csv')).toMatchObject({ code: 0 });
    expect((await world.client.read('b.csv')).toString()).toBe('0123456789');
  });

  it.each(['explicit TLS', 'clear'] as const)('resumes an upload that was killed over %s', async (way) => {
    const world = await openWorld();
    const content = randomBytes(8 * MiB);
    await world.client.write('a.csv', content);
    await curl(world, way, 'a.csv', '-T', 'a.csv', '--limit-rate', '4M', '--max-time', '1').catch(() => undefined);
    await until('the cut transfer is put away', () => world.aborted() === 1);
    expect(await world.uploads()).toEqual([]);
    expect(await world.partialBytes()).toBeGreaterThan(0);
    expect(await curl(world, way, 'a.csv', '-T', 'a.csv', '-C', '-')).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/a.csv', content)]);
  });

  it.each(['explicit TLS', 'clear'] as const)('never commits what kill -9 cut over %s', async (way) => {
    const world = await openWorld();
    await world.client.write('a.csv', randomBytes(8 * MiB));
    const url = `ftp://127.0.0.1:${world.port}/a.csv`;
    const user = `${way === 'clear' ? 'acme-clear' : 'acme-export'}:${PASSWORD}`;
    const args = ['-sk', ...(way === 'clear' ? [] : ['--ssl-reqd']), '--user', user, '--limit-rate', '2M'];
    let pid: number | undefined;
    const ended = run('curl', [...args, '-T', 'a.csv', url], {
      cwd: world.client.folder,
      onStart: (started) => (pid = started),
    });
    await until('bytes arrive', async () => (await world.partialBytes()) > 0);
    killGroup(pid);
    await ended;
    await until('the cut transfer is put away', () => world.aborted() === 1);
    expect(await world.uploads()).toEqual([]);
  });

  it('renames from a temporary name, and only then is there an upload', async () => {
    const world = await openWorld();
    const content = randomBytes(1000);
    await world.client.write('a.csv', content);
    await curl(world, 'explicit TLS', 'a.csv.part', '-T', 'a.csv');
    expect(await world.uploads()).toEqual([]);
    const renamed = await curl(world, 'explicit TLS', '', '-Q', 'RNFR a.csv.part', '-Q', 'RNTO a.csv');
    expect(renamed).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/a.csv', content)]);
  });

  it('may not have us call it back', async () => {
    const world = await openWorld();
    expect((await curl(world, 'clear', '', '-P', '-')).code).toBe(30);
  });

  it('may have us call it back where the operator allows it', async () => {
    const open = await openWorld({ active: true });
    await open.client.write('a.csv', 'x;y\n');
    expect(await curl(open, 'clear', 'a.csv', '-T', 'a.csv', '-P', '-')).toMatchObject({ code: 0 });
  });

  it('is told in French why its cleartext password is refused', async () => {
    const world = await openWorld();
    const url = `ftp://127.0.0.1:${world.port}/`;
    const { code, stderr } = await run('curl', ['-sSv', '--user', `acme-export:${PASSWORD}`, url]);
    expect(code).toBe(67);
    expect(stderr).toContain('522 Connexion en clair refusee : utilisez AUTH TLS');
  });
});

describe.skipIf(!has('lftp'))('lftp', () => {
  const lftp = ({ client, port }: FtpWorld, commands: string, onStart?: (pid: number) => void): Promise<Ran> => {
    const set = 'set ftp:ssl-force yes; set ssl:verify-certificate no; set net:max-retries 1; set net:timeout 10';
    const password = PASSWORD.replaceAll('"', '\\"').replaceAll(' ', '\\ ');
    const open = `open -u acme-export,${password} ftp://127.0.0.1:${port}`;
    const options = { cwd: client.folder, env: { HOME: client.folder }, ...(onStart && { onStart }) };
    return run('lftp', ['-c', `${set}; ${open}; ${commands}`], options);
  };

  it('puts, lists, renames, mirrors, gets and removes', async () => {
    const world = await openWorld();
    const content = randomBytes(500_000);
    await world.client.write('a.csv', content);
    const ran = await lftp(
      world,
      'put a.csv -o a.tmp; mv a.tmp a.csv; cls -l; ls -la; mkdir -p x/y; put -O x/y a.csv; get a.csv -o b.csv',
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/500000 .*a\.csv/);
    expect(sha256(await world.client.read('b.csv'))).toBe(sha256(content));
    expect(await world.uploads()).toEqual([record('/a.csv', content), record('/x/y/a.csv', content)]);
    expect(await lftp(world, 'mirror x copy; rm -r x; rm a.csv; cls')).toMatchObject({ code: 0 });
    expect(sha256(await world.client.read('copy/y/a.csv'))).toBe(sha256(content));
  });

  it('has us call it back over TLS, where the operator allows it', async () => {
    const world = await openWorld({ active: true });
    const content = randomBytes(70_000);
    await world.client.write('a.csv', content);
    const ran = await lftp(world, 'set ftp:passive-mode off; put a.csv; get a.csv -o b.csv');
    expect(ran).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/a.csv', content)]);
    expect(sha256(await world.client.read('b.csv'))).toBe(sha256(content));
  });

  it('mirrors a folder of files with names of all kinds up', async () => {
    const world = await openWorld();
    await mkdir(world.client.file('out'));
    const names = ['a.csv', 'écritures été.csv', "it's 100%.csv", 'b c.csv', '-x.csv'];
    for (const name of names) await world.client.write(`out/${name}`, name);
    expect(await lftp(world, 'mirror -R out in')).toMatchObject({ code: 0 });
    expect((await world.uploads()).map(({ path }) => path).sort()).toEqual(names.map((name) => `/in/${name}`).sort());
  });

  it('resumes after a kill', async () => {
    const world = await openWorld();
    const content = randomBytes(6 * MiB);
    await world.client.write('a.csv', content);
    let pid: number | undefined;
    const ended = lftp(world, 'set net:limit-rate 2000000; put a.csv', (started) => (pid = started));
    await until('bytes arrive', async () => (await world.partialBytes()) > 0);
    killGroup(pid);
    await ended;
    await until('the cut transfer is put away', () => world.aborted() === 1);
    expect(await world.uploads()).toEqual([]);
    expect(await lftp(world, 'put -c a.csv')).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/a.csv', content)]);
  });
});

describe.skipIf(!has('rclone'))('rclone', () => {
  const rclone = async ({ client, port, tlsPort }: FtpWorld, way: 'explicit' | 'implicit', args: string[]) => {
    const { stdout } = await run('rclone', ['obscure', PASSWORD]);
    const tls =
      way === 'explicit' ? { EXPLICIT_TLS: 'true', PORT: String(port) } : { TLS: 'true', PORT: String(tlsPort) };
    const remote = {
      TYPE: 'ftp',
      HOST: '127.0.0.1',
      USER: 'acme-export',
      PASS: stdout.trim(),
      NO_CHECK_CERTIFICATE: 'true',
    };
    const settings = Object.entries({ ...remote, ...tls }).map(([name, value]) => [
      `RCLONE_CONFIG_DOOR_${name}`,
      value,
    ]);
    const env = { ...(Object.fromEntries(settings) as Record<string, string>), HOME: client.folder };
    const always = ['--config', '/dev/null', '--retries', '1'];
    return run('rclone', [...always, ...args], { env, cwd: client.folder, timeoutMs: 60_000 });
  };

  it.each(['explicit', 'implicit'] as const)('copies, checks, lists and deletes over %s TLS', async (way) => {
    const world = await openWorld();
    const content = randomBytes(2 * MiB);
    await mkdir(world.client.file('out/sub'), { recursive: true });
    await world.client.write('out/a.csv', content);
    await world.client.write('out/sub/b.csv', 'b\n');
    await utimes(world.client.file('out/a.csv'), 1_714_979_289, 1_714_979_289);
    expect(await rclone(world, way, ['copy', 'out', 'door:in'])).toMatchObject({ code: 0 });
    expect(await rclone(world, way, ['check', 'out', 'door:in'])).toMatchObject({ code: 0 });
    const listing = await rclone(world, way, ['lsl', 'door:in']);
    expect(listing.stdout).toMatch(/2097152 2024-05-06 07:08:09\.0+ a\.csv/);
    expect(await rclone(world, way, ['cat', 'door:in/sub/b.csv'])).toMatchObject({ stdout: 'b\n' });
    expect(await rclone(world, way, ['delete', 'door:in'])).toMatchObject({ code: 0 });
    expect((await rclone(world, way, ['lsf', '-R', '--files-only', 'door:in'])).stdout).toBe('');
    expect(await world.uploads()).toHaveLength(2);
  });
});

describe.skipIf(!has('ncftpput'))('ncftp', () => {
  it('puts, lists and gets, with its text modes and its time stamps', async () => {
    const world = await openWorld();
    const content = randomBytes(300_000);
    await world.client.write('a.csv', content);
    const sign = ['-u', 'acme-clear', '-p', PASSWORD, '-P', String(world.port)];
    const options = { cwd: world.client.folder, env: { HOME: world.client.folder } };
    const put = await run('ncftpput', ['-m', ...sign, '127.0.0.1', 'in', 'a.csv'], options);
    expect(put).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/in/a.csv', content)]);
    const [user, name, flag, word, p, port] = sign;
    const ls = await run(
      'ncftpls',
      ['-l', ...[user, name, flag, word, p, port].map(String), 'ftp://127.0.0.1/in/'],
      options,
    );
    expect(ls.stdout).toMatch(/300000 .*a\.csv/);
    await mkdir(world.client.file('back'));
    expect(await run('ncftpget', [...sign, '127.0.0.1', 'back', 'in/a.csv'], options)).toMatchObject({ code: 0 });
    expect(sha256(await world.client.read('back/a.csv'))).toBe(sha256(content));
  });
});

describe.skipIf(!has('python3'))("Python's ftplib", () => {
  const python = (world: FtpWorld, script: string): Promise<Ran> => {
    const head = `import ftplib, io, sys\npassword = sys.argv[1]; port = int(sys.argv[2])\n`;
    return run('python3', ['-c', head + script, PASSWORD, String(world.port)]);
  };

  it('stores, resumes, lists and reads over TLS', async () => {
    const world = await openWorld();
    const script = `
ftp = ftplib.FTP_TLS(encoding='utf-8'); ftp.connect('127.0.0.1', port); ftp.login('acme-export', password); ftp.prot_p()
print(ftp.storbinary('STOR écritures.csv', io.BytesIO(b'0123456789' * 100000)))
print(ftp.size('écritures.csv'), [n for n, f in ftp.mlsd() if f['type'] == 'file'], ftp.nlst('*.csv'))
ftp.sendcmd('OPTS MLST type;'); print([f for n, f in ftp.mlsd() if n != 'reports'])
out = io.BytesIO(); ftp.retrbinary('RETR écritures.csv', out.write, rest=999990); print(out.getvalue())
lines = []; ftp.dir('-la', lines.append); print(len(lines))
ftp.mkd('a "b"'); ftp.cwd('a "b"'); print(ftp.pwd()); ftp.cwd('..'); ftp.rmd('a "b"')
ftp.rename('écritures.csv', 'e.csv'); ftp.delete('e.csv'); print(ftp.quit())
`;
    const ran = await python(world, script);
    expect(ran.stderr).toBe('');
    expect(ran.stdout.split('\n')).toEqual([
      '226 Received and safe: 1000000 bytes.',
      "1000000 ['écritures.csv'] ['écritures.csv']",
      "[{'type': 'file'}]",
      "b'0123456789'",
      '2',
      '/a "b"',
      '221 Goodbye.',
      '',
    ]);
  });

  it('is told to protect its data where it forgets to', async () => {
    const world = await openWorld();
    const script = `
ftp = ftplib.FTP_TLS(); ftp.connect('127.0.0.1', port); ftp.login('acme-export', password)
try: ftp.storbinary('STOR a.csv', io.BytesIO(b'x'))
except ftplib.error_perm as error: print(error)
ftp.prot_p(); print(ftp.storbinary('STOR a.csv', io.BytesIO(b'x')))
`;
    const { stdout } = await python(world, script);
    expect(stdout).toBe(
      '522 Donnees en clair refusees : envoyez PBSZ 0 puis PROT P.\n226 Received and safe: 1 bytes.\n',
    );
  });

  it('appends and stores in clear where the credential allows it', async () => {
    const world = await openWorld();
    const script = `
ftp = ftplib.FTP(); ftp.connect('127.0.0.1', port); ftp.login('acme-clear', password)
ftp.storlines('STOR a.csv', io.BytesIO(b'a;b\\n')); ftp.storbinary('APPE a.csv', io.BytesIO(b'c;d\\n'))
ftp.retrbinary('RETR a.csv', lambda b: print(b)); print(ftp.sendcmd('STAT a.csv'))
`;
    expect((await python(world, script)).stdout).toMatch(
      /^b'a;b\\r\\nc;d\\n'\n213-Listing:\n -rw-r--r--.* 9 .* a\.csv\n213 End\n$/,
    );
  });
});

describe('basic-ftp', () => {
  it.each([false, true])('puts, lists, gets and clears a folder (implicit TLS: %s)', async (implicit) => {
    const world = await openWorld();
    const content = randomBytes(MiB);
    await world.client.write('a.csv', content);
    const client = new Client(10_000);
    await client.access({
      host: '127.0.0.1',
      port: implicit ? world.tlsPort : world.port,
      user: 'acme-export',
      password: PASSWORD,
      secure: implicit ? 'implicit' : true,
      secureOptions: { rejectUnauthorized: false },
    });
    await client.ensureDir('in/2026');
    await client.uploadFrom(world.client.file('a.csv'), 'a.csv');
    expect(await world.uploads()).toEqual([record('/in/2026/a.csv', content)]);
    expect((await client.list()).map(({ name, size }) => ({ name, size }))).toEqual([{ name: 'a.csv', size: MiB }]);
    await client.downloadTo(world.client.file('b.csv'), 'a.csv');
    expect(sha256(await world.client.read('b.csv'))).toBe(sha256(content));
    await client.cd('/');
    await client.removeDir('in');
    expect((await client.list()).map(({ name }) => name)).toEqual(['reports']);
    client.close();
  });
});
