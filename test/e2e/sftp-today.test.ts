import { createHash, randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/metrics.ts';
import { installed, run } from '../support/clients.ts';
import { newOpenSsh, sftp } from '../support/openssh.ts';
import { PASSWORD, sftpWorld } from '../support/sftp-world.ts';

const MiB = 1024 * 1024;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const as = { key: 'ed25519' };
const openssh10 = newOpenSsh();

describe.skipIf(openssh10 === '')('OpenSSH 10', () => {
  it('exchanges keys against quantum computers, again and again in a transfer', async () => {
    const { client, port, uploads } = await sftpWorld();
    const content = randomBytes(8 * MiB);
    await client.write('a.csv', content);
    const commands = ['put a.csv', 'get a.csv b.csv'];
    const call = { port, as, from: openssh10, options: ['RekeyLimit=1M'], timeoutMs: 90_000 };
    const ran = await sftp(client, commands, { ...call, verbose: true });
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toContain('kex: algorithm: mlkem768x25519-sha256');
    expect(ran.stderr.match(/rekeying in progress|SSH2_MSG_NEWKEYS received/g)?.length).toBeGreaterThan(10);
    expect(sha256(await client.read('b.csv'))).toBe(sha256(content));
    expect(await uploads()).toMatchObject([{ path: '/a.csv', sha256: sha256(content) }]);
  });

  it('sees no warning', async () => {
    const { client, port } = await sftpWorld();
    expect(await sftp(client, ['pwd'], { port, as, from: openssh10 })).toMatchObject({ code: 0, stderr: '' });
  });
});

describe.skipIf(!installed('sftp'))('OpenSSH 9', () => {
  it('falls back to what it knows', async () => {
    const { client, port } = await sftpWorld();
    const ran = await sftp(client, ['pwd'], { port, as, verbose: true });
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toContain('kex: algorithm: curve25519-sha256');
  });

  it('signs with an RSA key over the one hash that it is limited to', async () => {
    const { client, port } = await sftpWorld({ key: 'rsa' });
    for (const hash of ['rsa-sha2-512', 'rsa-sha2-256']) {
      const options = [`PubkeyAcceptedAlgorithms=${hash}`];
      expect(await sftp(client, ['pwd'], { port, as: { key: 'rsa' }, options })).toMatchObject({ code: 0 });
    }
  });
});

describe.skipIf(!installed('sftp'))('a client of ten years ago', () => {
  const old = {
    KexAlgorithms: 'diffie-hellman-group14-sha1',
    HostKeyAlgorithms: 'ssh-rsa',
    Ciphers: 'aes128-cbc',
    MACs: 'hmac-sha1',
  };
  const algorithms = Object.entries(old);
  const options = algorithms.map(([name, value]) => `${name}=${value}`);

  it('is served on the port that was opened to it, and counted there', async () => {
    const { client, legacyPort, uploads, server } = await sftpWorld();
    const metrics = createMetrics(server.events);
    await client.write('a.csv', 'a;b\n');
    const ran = await sftp(client, ['put a.csv'], { port: legacyPort, as: { password: PASSWORD }, options });
    expect(ran.code, ran.stderr).toBe(0);
    expect(await uploads()).toHaveLength(1);
    const told = await metrics.metrics();
    for (const [, name] of algorithms) expect(told).toContain(`arrivage_ssh_legacy_total{algorithm="${name}"} 1`);
  });

  it('finds nothing of that on any other port', async () => {
    const { client, port, tenantPort } = await sftpWorld();
    // Beside AES-GCM, which is offered to OpenSSH at first, no MAC is chosen.
    const alone = options.map((one) => (one.startsWith('MACs') ? [one, 'Ciphers=aes128-ctr'] : [one]));
    for (const at of [port, tenantPort])
      for (const option of alone) {
        const ran = await sftp(client, ['pwd'], { port: at, as: { password: PASSWORD }, options: option });
        expect(ran, option.join(' ')).toMatchObject({ code: 255 });
      }
  });

  it('does not draw down those of today on that port', async () => {
    const { client, legacyPort, server } = await sftpWorld();
    const metrics = createMetrics(server.events);
    const ran = await sftp(client, ['pwd'], { port: legacyPort, as, verbose: true });
    expect(ran.stderr).toMatch(/kex: algorithm: curve25519-sha256[^]*server->client cipher: aes128-gcm@openssh.com/);
    expect(await metrics.metrics()).not.toContain('arrivage_ssh_legacy_total{');
  });
});

describe.skipIf(!installed('dbclient'))('Dropbear', () => {
  it('puts and gets, although it guesses the key exchange', async () => {
    const { client, port, uploads } = await sftpWorld();
    const content = randomBytes(MiB);
    await client.write('a.csv', content);
    const dbclient = `exec dbclient -y -y -p ${port} -s acme-export@127.0.0.1 sftp`;
    await chmod(await client.write('dbclient', `#!/bin/sh\n${dbclient}\n`), 0o700);
    const ran = await run('sftp', ['-S', client.file('dbclient'), '-b', '-', '127.0.0.1'], {
      cwd: client.folder,
      input: 'put a.csv\nget a.csv b.csv\n',
      env: { DROPBEAR_PASSWORD: PASSWORD },
    });
    expect(ran.code, ran.stderr).toBe(0);
    expect(sha256(await client.read('b.csv'))).toBe(sha256(content));
    expect(await uploads()).toMatchObject([{ path: '/a.csv', sha256: sha256(content) }]);
  });
});
