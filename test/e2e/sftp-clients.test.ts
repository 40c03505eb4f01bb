import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { installed, killGroup, run, until } from '../support/clients.ts';
import { sshOptions } from '../support/openssh.ts';
import { PASSWORD, type SftpWorld, sftpWorld } from '../support/sftp-world.ts';

const MiB = 1024 * 1024;
const USER = 'acme-export';
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const record = (path: string, content: Buffer) => ({ path, size: content.length, sha256: sha256(content) });

describe.skipIf(!installed('lftp'))('lftp', () => {
  /** lftp drives `ssh`; it types the password where that asks for it. */
  const lftp = ({ client, port }: SftpWorld, commands: string) => {
    const options = sshOptions(client, { password: '' }).join(' ');
    const set = `set sftp:auto-confirm yes; set sftp:connect-program "ssh -a -x ${options}"; set net:max-retries 1`;
    const open = `open -u ${USER},${PASSWORD.replaceAll('"', '\\"').replaceAll(' ', '\\ ')} sftp://127.0.0.1:${port}`;
    return run('lftp', ['-c', `${set}; ${open}; ${commands}`], { cwd: client.folder, env: { HOME: client.folder } });
  };

  it('goes on with what it takes for its own file (put -c), of which the report will speak', async () => {
    const world = await sftpWorld();
    await world.client.write('old.csv', 'a;b\n1;old\n');
    await world.client.write('today.csv', 'a;b\n1;new\n2;new\n');
    expect(await lftp(world, 'put old.csv -o e.csv; put -c today.csv -o e.csv')).toMatchObject({ code: 0 });
    expect((await world.uploads()).at(-1)).toEqual(record('/e.csv', Buffer.from('a;b\n1;old\n2;new\n')));
    expect(await world.inherited()).toEqual([null, { how: 'continued', bytes: 10 }]);
  });

  it('puts, lists, renames, mirrors, gets and removes', async () => {
    const world = await sftpWorld();
    const content = randomBytes(500_000);
    await world.client.write('a.csv', content);
    const ran = await lftp(
      world,
      'put a.csv -o a.tmp; mv a.tmp a.csv; cls -l; mkdir -p x/y; put -O x/y a.csv; get a.csv -o b.csv',
    );
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/500000 .*a\.csv/);
    expect(sha256(await world.client.read('b.csv'))).toBe(sha256(content));
    expect(await world.uploads()).toEqual([record('/a.csv', content), record('/x/y/a.csv', content)]);
    expect(await lftp(world, 'mirror x copy; rm -r x; rm a.csv; cls')).toMatchObject({ code: 0 });
    expect(sha256(await world.client.read('copy/y/a.csv'))).toBe(sha256(content));
  });
});

describe.skipIf(!installed('rclone'))('rclone', () => {
  const rclone = async ({ client, port }: SftpWorld, args: string[]) => {
    const { stdout } = await run('rclone', ['obscure', PASSWORD]);
    const remote = { TYPE: 'sftp', HOST: '127.0.0.1', PORT: String(port), USER, PASS: stdout.trim() };
    const settings = Object.entries(remote).map(([name, value]) => [`RCLONE_CONFIG_DOOR_${name}`, value]);
    const env = { ...(Object.fromEntries(settings) as Record<string, string>), HOME: client.folder };
    return run('rclone', ['--config', '/dev/null', '--retries', '1', ...args], {
      env,
      cwd: client.folder,
      timeoutMs: 60_000,
    });
  };

  it('copies, checks, lists with the true times, and deletes', async () => {
    const world = await sftpWorld();
    const content = randomBytes(2 * MiB);
    await run('mkdir', ['-p', world.client.file('out/sub')]);
    await world.client.write('out/a.csv', content);
    await world.client.write('out/sub/b.csv', 'b\n');
    await run('touch', ['-d', '2024-05-06T07:08:09Z', world.client.file('out/a.csv')]);
    expect(await rclone(world, ['copy', 'out', 'door:in'])).toMatchObject({ code: 0 });
    expect(await rclone(world, ['check', 'out', 'door:in'])).toMatchObject({ code: 0 });
    const listing = await rclone(world, ['lsl', 'door:in', '--use-server-modtime=false']);
    expect(listing.stdout).toMatch(/2097152 2024-05-06 \d\d:08:09.* a\.csv/);
    const sent = await world.uploads();
    expect(sent).toHaveLength(2);
    expect(sent).toContainEqual(record('/in/a.csv', content));
    expect(await rclone(world, ['copy', 'out', 'door:in'])).toMatchObject({ code: 0 });
    expect(await world.uploads()).toHaveLength(2);
    expect(await rclone(world, ['delete', 'door:in'])).toMatchObject({ code: 0 });
    expect((await rclone(world, ['lsf', '-R', '--files-only', 'door:'])).stdout).toBe('');
  });
});

describe.skipIf(!installed('psftp'))('PuTTY', () => {
  const putty = async (command: 'psftp' | 'pscp', { client, port }: SftpWorld, ...args: string[]) => {
    const keys = await run('sh', ['-c', `ssh-keyscan -p ${port} -t ed25519 127.0.0.1 2>/dev/null | ssh-keygen -lf -`]);
    const hostKey = keys.stdout.split(' ')[1] ?? '';
    const asUser = ['-P', String(port), '-l', USER, '-pw', PASSWORD, '-hostkey', hostKey, '-batch'];
    return run(command, [...asUser, ...args], { cwd: client.folder, env: { HOME: client.folder } });
  };

  it('pscp puts, and gets a file whole every time', async () => {
    const world = await sftpWorld();
    const content = randomBytes(3_000_000);
    await world.client.write('a.csv', content);
    expect(await putty('pscp', world, 'a.csv', '127.0.0.1:a.csv')).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/a.csv', content)]);
    for (let i = 0; i < 6; i++) {
      expect(await putty('pscp', world, '127.0.0.1:a.csv', 'b.csv')).toMatchObject({ code: 0 });
      expect(sha256(await world.client.read('b.csv'))).toBe(sha256(content));
    }
  });

  it('psftp puts, lists, renames and gets', async () => {
    const world = await sftpWorld();
    const { client, uploads } = world;
    const content = randomBytes(300_000);
    await client.write('a.csv', content);
    const batch = await client.write(
      'batch',
      'put a.csv\nput a.csv b.tmp\nmv b.tmp b.csv\nls\nget b.csv c.csv\nquit\n',
    );
    const ran = await putty('psftp', world, '-b', batch, '127.0.0.1');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/300000 .* b\.csv/);
    expect(sha256(await client.read('c.csv'))).toBe(sha256(content));
    expect(await uploads()).toEqual([record('/a.csv', content), record('/b.csv', content)]);
  });
});

describe.skipIf(!installed('curl'))('curl', () => {
  const curl = ({ client, port }: SftpWorld, path: string, ...args: string[]) =>
    run('curl', ['-sS', '-k', '-u', `${USER}:${PASSWORD}`, ...args, `sftp://127.0.0.1:${port}${path}`], {
      cwd: client.folder,
    });

  it('uploads into new folders, lists and downloads', async () => {
    const world = await sftpWorld();
    const content = randomBytes(8 * MiB);
    await world.client.write('a.csv', content);
    expect(await curl(world, '/new/folder/', '-T', 'a.csv', '--ftp-create-dirs')).toMatchObject({ code: 0 });
    expect((await curl(world, '/new/folder/')).stdout).toContain('8388608');
    expect(await curl(world, '/new/folder/a.csv', '-o', 'b.csv')).toMatchObject({ code: 0 });
    expect(sha256(await world.client.read('b.csv'))).toBe(sha256(content));
    expect(await world.uploads()).toEqual([record('/new/folder/a.csv', content)]);
  });

  it('resumes with -C - what a killed curl left', async () => {
    const world = await sftpWorld();
    const content = randomBytes(32 * MiB);
    await world.client.write('a.csv', content);
    let victim: number | undefined;
    const url = `sftp://127.0.0.1:${world.port}/a.csv`;
    const args = ['-sS', '-k', '-u', `${USER}:${PASSWORD}`, '--limit-rate', '8M', '-T', 'a.csv', url];
    const killed = run('curl', args, { cwd: world.client.folder, onStart: (pid) => (victim = pid) });
    await until('part of the file is here', async () => (await world.partialBytes()) > MiB);
    killGroup(victim);
    await killed;
    await until('the transfer is abandoned', () => world.aborted() === 1);
    expect(await world.uploads()).toEqual([]);
    expect(await curl(world, '/a.csv', '-T', 'a.csv', '-C', '-')).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/a.csv', content)]);
  });
});

const python = '/usr/bin/python3';
const hasParamiko = installed(python) && (await run(python, ['-c', 'import paramiko'])).code === 0;

describe.skipIf(!hasParamiko)('paramiko', () => {
  const script = `
import os, sys, paramiko
t = paramiko.Transport(('127.0.0.1', int(sys.argv[1])))
t.connect(username='${USER}', password=os.environ['TEST_PASSWORD'])
s = paramiko.SFTPClient.from_transport(t)
s.put('a.csv', 'a.csv')
s.mkdir('d')
with s.open('d/b.csv', 'w') as f:
    f.write('one\\n')
    f.flush()
with s.open('d/b.csv', 'a') as f:
    f.write('two\\n')
s.utime('a.csv', (1700000000, 1700000000))
s.chmod('a.csv', 0o600)
print(s.stat('a.csv').st_size, s.stat('a.csv').st_mtime, sorted(s.listdir('.')), s.normalize('d/../d'))
s.get('a.csv', 'back.csv')
try:
    s.rename('a.csv', 'd/b.csv')
except IOError as e:
    print('refused', e)
s.posix_rename('a.csv', 'd/b.csv')
try:
    s.symlink('/etc/passwd', 'link')
except IOError as e:
    print('refused', e)
try:
    s.open('d/b.csv', 'x')
except IOError as e:
    print('refused', e)
try:
    s.stat('../../etc/passwd')
except IOError as e:
    print('missing', e.errno)
t.close()
`;

  it('compares the hash that we hold with its own file’s', async () => {
    const { client, port } = await sftpWorld();
    const content = randomBytes(100_000);
    await client.write('a.csv', content);
    const check = `
import os, sys, paramiko
t = paramiko.Transport(('127.0.0.1', int(sys.argv[1])))
t.connect(username='${USER}', password=os.environ['TEST_PASSWORD'])
s = paramiko.SFTPClient.from_transport(t)
s.put('a.csv', 'a.csv')
s.put('a.csv', 'b.csv.part')
with s.open('a.csv') as f:
    print(f.check('sha256').hex())
    for ask in (lambda: f.check('md5'), lambda: f.check('sha256', 1), lambda: f.check('sha256', 0, 0, 512)):
        try:
            print('answered', ask())
        except IOError as e:
            print('refused', e)
with s.open('b.csv.part') as f:
    try:
        print('answered', f.check('sha256'))
    except IOError as e:
        print('refused', e)
t.close()
`;
    const ran = await run(python, ['-c', check, String(port)], {
      cwd: client.folder,
      env: { TEST_PASSWORD: PASSWORD },
    });
    expect(ran.code, ran.stderr).toBe(0);
    const [hash, ...others] = ran.stdout.trim().split('\n');
    expect(hash).toBe(sha256(content));
    expect(others).toHaveLength(4);
    for (const other of others) expect(other).toContain('refused Opération non prise en charge');
  });

  it('puts, appends, sets times, renames over, and reads our refusals', async () => {
    const { client, port, uploads } = await sftpWorld();
    const content = randomBytes(1_000_000);
    await client.write('a.csv', content);
    const ran = await run(python, ['-c', script, String(port)], {
      cwd: client.folder,
      env: { TEST_PASSWORD: PASSWORD },
    });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain("1000000 1700000000 ['a.csv', 'd', 'reports'] /d");
    expect(ran.stdout).toContain('existe déjà');
    expect(ran.stdout).toContain('Opération non prise en charge');
    expect(ran.stdout).toContain('missing 2');
    expect(sha256(await client.read('back.csv'))).toBe(sha256(content));
    const both = Buffer.from('one\ntwo\n');
    expect(await uploads()).toContainEqual(record('/d/b.csv', both));
  });

  it('opened without cutting, or for appending, leaves word of the bytes of the earlier upload', async () => {
    const { client, port, uploads, inherited } = await sftpWorld();
    const again = `
import os, sys, paramiko
t = paramiko.Transport(('127.0.0.1', int(sys.argv[1])))
t.connect(username='${USER}', password=os.environ['TEST_PASSWORD'])
s = paramiko.SFTPClient.from_transport(t)
for mode, text in (('w', 'a;b\\n1;old\\n2;old\\n'), ('r+', 'a;b\\n1;new\\n'), ('a', '2;new\\n')):
    with s.open('e.csv', mode) as f:
        f.write(text)
t.close()
`;
    const ran = await run(python, ['-c', again, String(port)], {
      cwd: client.folder,
      env: { TEST_PASSWORD: PASSWORD },
    });
    expect(ran).toMatchObject({ code: 0 });
    expect((await uploads()).map(({ size }) => size)).toEqual([16, 10, 16]);
    expect(await inherited()).toEqual([null, { how: 'cut', bytes: 6 }, { how: 'continued', bytes: 10 }]);
  });
});
