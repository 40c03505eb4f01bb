import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { installed, killGroup, run, until } from '../support/clients.ts';
import { type SftpCall, sftp, sshOptions } from '../support/openssh.ts';
import { PASSWORD, type SftpWorld, sftpWorld } from '../support/sftp-world.ts';

const MiB = 1024 * 1024;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const as = { key: 'ed25519' };

const sftpIn = ({ client, port }: SftpWorld, commands: string[], more: Partial<SftpCall> = {}) =>
  sftp(client, commands, { port, as, ...more });

/** The exact record that one upload of these bytes leaves. */
const record = (path: string, content: Buffer) => ({ path, size: content.length, sha256: sha256(content) });

describe.skipIf(!installed('sftp'))('OpenSSH', () => {
  it('sftp puts a file that is committed, whole and once, and gets it back', async () => {
    const world = await sftpWorld();
    const content = randomBytes(3_000_000);
    await world.client.write('écritures.csv', content);
    expect(await sftpIn(world, ['put écritures.csv', 'get écritures.csv back.csv'])).toMatchObject({ code: 0 });
    expect(sha256(await world.client.read('back.csv'))).toBe(sha256(content));
    expect(await world.uploads()).toEqual([record('/écritures.csv', content)]);
  });

  it('sftp sees true sizes and times, folders and free space', async () => {
    const world = await sftpWorld();
    await world.client.write('dated.csv', 'a;b\n');
    await run('touch', ['-d', '2024-05-06T07:08:09Z', world.client.file('dated.csv')]);
    const commands = ['mkdir sub', 'cd sub', 'put -p dated.csv', 'ls -la', 'pwd', 'df', 'cd ..', 'ls -l'];
    const ran = await sftpIn(world, [...commands, 'rm sub/dated.csv', 'rmdir sub']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/-rw-r--r-- .* 4 .*May +6 +2024 .*dated\.csv/);
    expect(ran.stdout).toContain('Remote working directory: /sub');
    expect(ran.stdout).toMatch(/drwxr-xr-x .* sub/);
    expect(ran.stdout).toMatch(/%Capacity\n +\d{4,}/);
  });

  it('sftp renames from a temporary name, which is the moment of the commit', async () => {
    const world = await sftpWorld();
    const content = Buffer.from('x;y\n1;2\n');
    await world.client.write('ready.csv', content);
    expect(await sftpIn(world, ['put ready.csv ready.csv.tmp'])).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([]);
    expect(await sftpIn(world, ['rename ready.csv.tmp ready.csv'])).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/ready.csv', content)]);
  });

  it('sftp goes on with an earlier upload (reput), of which the report will speak', async () => {
    const world = await sftpWorld();
    await world.client.write('old.csv', 'a;b\n1;old\n');
    await world.client.write('today.csv', 'a;b\n1;new\n2;new\n');
    expect(await sftpIn(world, ['put old.csv e.csv', 'reput today.csv e.csv'])).toMatchObject({ code: 0 });
    expect((await world.uploads()).at(-1)).toEqual(record('/e.csv', Buffer.from('a;b\n1;old\n2;new\n')));
    expect(await world.inherited()).toEqual([null, { how: 'continued', bytes: 10 }]);
    expect(await sftpIn(world, ['put today.csv e.csv'])).toMatchObject({ code: 0 });
    expect((await world.inherited()).at(-1)).toBeNull();
  });

  it('sftp puts an empty file', async () => {
    const world = await sftpWorld();
    await world.client.write('empty.csv', '');
    expect(await sftpIn(world, ['put empty.csv', 'ls -l empty.csv'])).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/empty.csv', Buffer.alloc(0))]);
  });

  it('sftp resumes after the client was killed; nothing was committed meanwhile', async () => {
    const world = await sftpWorld();
    const content = randomBytes(64 * MiB);
    await world.client.write('cut.csv', content);
    let victim: number | undefined;
    const killed = sftpIn(world, ['put cut.csv'], { onStart: (pid) => (victim = pid) });
    await until('part of the file is here', async () => (await world.partialBytes()) > MiB);
    killGroup(victim);
    await killed;
    await until('the transfer is abandoned', () => world.aborted() === 1);
    expect(await world.uploads()).toEqual([]);
    const left = await world.partialBytes();
    expect(left).toBeLessThan(content.length);
    const ran = await sftpIn(world, ['ls -l cut.csv', 'reput cut.csv']);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain(String(left));
    expect(await world.uploads()).toEqual([record('/cut.csv', content)]);
  });

  it('sftp survives new keys in the middle of a transfer', async () => {
    const world = await sftpWorld();
    const content = randomBytes(24 * MiB);
    await world.client.write('rekeyed.csv', content);
    const options = ['RekeyLimit=2M'];
    const ran = await sftpIn(world, ['put rekeyed.csv', 'get rekeyed.csv back.csv'], { options });
    expect(ran).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/rekeyed.csv', content)]);
    expect(sha256(await world.client.read('back.csv'))).toBe(sha256(content));
  });

  it('sftp is told why a file is refused, and nothing of it is committed', async () => {
    const world = await sftpWorld({ maxFileBytes: 10 * MiB });
    await run('truncate', ['-s', '30M', world.client.file('huge.bin')]);
    expect((await sftpIn(world, ['put huge.bin'])).stderr).toContain('Fichier trop volumineux');
    expect((await sftpIn(world, ['symlink huge.bin link'])).stderr).toContain('non prise en charge');
    expect(await sftpIn(world, ['get nothing.csv'])).toMatchObject({ code: 1 });
    expect(await world.uploads()).toEqual([]);
  });

  it('scp uploads; with -O, and as ssh, it is told to use SFTP', async () => {
    const world = await sftpWorld();
    const content = Buffer.from('a;b\n1;2\n');
    const file = await world.client.write('a.csv', content);
    const options = sshOptions(world.client, as);
    const there = 'acme-export@127.0.0.1';
    const port = String(world.port);
    const scp = (...more: string[]) => run('scp', [...options, ...more, '-P', port, '-p', file, `${there}:b.csv`]);
    expect(await scp()).toMatchObject({ code: 0 });
    expect(await world.uploads()).toEqual([record('/b.csv', content)]);
    const old = await scp('-O');
    expect(old.code).not.toBe(0);
    expect(old.stderr).toContain('sans l’option -O');
    expect((await run('ssh', [...options, '-p', port, there])).stderr).toContain('utilisez sftp');
    expect((await run('ssh', [...options, '-p', port, '-W', '127.0.0.1:22', there])).stderr).toMatch(
      /prohibited|failed/,
    );
  });

  it('scp gets a file whole every time, though it takes the first reply for the first READ’s', async () => {
    const world = await sftpWorld();
    const content = randomBytes(3_000_000);
    await world.client.write('big.csv', content);
    expect(await sftpIn(world, ['put big.csv'])).toMatchObject({ code: 0 });
    const args = [...sshOptions(world.client, as), '-P', String(world.port), 'acme-export@127.0.0.1:big.csv'];
    for (let i = 0; i < 12; i++) {
      const ran = await run('scp', [...args, world.client.file('back.csv')]);
      expect(ran).toMatchObject({ code: 0 });
      expect(sha256(await world.client.read('back.csv'))).toBe(sha256(content));
    }
  });

  it('an upload under way ends well although the server stops', async () => {
    const world = await sftpWorld();
    const content = randomBytes(64 * MiB);
    await world.client.write('last.csv', content);
    const running = sftpIn(world, ['put last.csv']);
    await until('part of the file is here', async () => (await world.partialBytes()) > MiB);
    await world.close(20_000);
    await running;
    expect(await world.uploads()).toEqual([record('/last.csv', content)]);
    expect(await sftpIn(world, ['pwd'])).toMatchObject({ code: 255 });
  });

  describe('signing in', () => {
    it('works with a password of quotes and accents, and an ed25519 key', async () => {
      const world = await sftpWorld();
      expect(await sftpIn(world, ['pwd'], { as: { password: PASSWORD } })).toMatchObject({ code: 0 });
      expect(await sftpIn(world, ['pwd'])).toMatchObject({ code: 0 });
    });

    it('works with an RSA key over SHA-2, not over SHA-1', async () => {
      const world = await sftpWorld({ key: 'rsa' });
      const rsa = { as: { key: 'rsa' } };
      expect(await sftpIn(world, ['pwd'], rsa)).toMatchObject({ code: 0 });
      const sha1 = await sftpIn(world, ['pwd'], { ...rsa, options: ['PubkeyAcceptedAlgorithms=ssh-rsa'] });
      expect(sha1).toMatchObject({ code: 255 });
    });

    it('works for a client whose configuration excludes AES-GCM, from its second connection on', async () => {
      const world = await sftpWorld();
      const options = ['Ciphers=aes256-ctr'];
      expect(await sftpIn(world, ['pwd'], { options })).toMatchObject({ code: 255 });
      expect(await sftpIn(world, ['pwd'], { options })).toMatchObject({ code: 0 });
    });

    it('fails with a wrong password, an unknown user, and a key that nobody registered', async () => {
      const world = await sftpWorld();
      await world.client.makeKey('stranger', 'ed25519');
      const tries: Partial<SftpCall>[] = [
        { as: { password: 'wrong' } },
        { as: { password: PASSWORD }, user: 'nobody' },
        { as: { key: 'stranger' } },
      ];
      for (const one of tries) {
        const ran = await sftpIn(world, ['pwd'], one);
        expect(ran).toMatchObject({ code: 255 });
        expect(ran.stderr).toContain('Permission denied');
      }
      expect(await sftpIn(world, ['pwd'])).toMatchObject({ code: 0 });
    });

    it('on a tenant’s own port works for that tenant only', async () => {
      const world = await sftpWorld();
      const port = world.tenantPort;
      const other = { as: { password: PASSWORD }, user: 'other-export' };
      expect(await sftpIn(world, ['pwd'], { port })).toMatchObject({ code: 0 });
      expect(await sftpIn(world, ['pwd'], other)).toMatchObject({ code: 0 });
      expect(await sftpIn(world, ['pwd'], { port, ...other })).toMatchObject({ code: 255 });
    });

    it('fails once the credential is revoked', async () => {
      const world = await sftpWorld();
      expect(await sftpIn(world, ['pwd'])).toMatchObject({ code: 0 });
      await world.revoke();
      expect(await sftpIn(world, ['pwd'])).toMatchObject({ code: 255 });
      expect(await sftpIn(world, ['pwd'], { as: { password: PASSWORD } })).toMatchObject({ code: 255 });
    });
  });
});
