import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { makeOwn } from '../../../src/identity/certificate.ts';
import { fingerprintOf } from '../../../src/identity/host-keys.ts';
import { makeKeyPair } from '../../../src/identity/key-pair.ts';
import type { Connector } from '../../../src/model/connector.ts';
import { openRemote } from '../../../src/pull/open-remote.ts';
import { newOpenSsh } from '../../support/openssh.ts';
import { hasProftpd, startProftpd } from '../../support/remotes/proftpd.ts';
import { hasSshd, startSshd } from '../../support/remotes/sshd.ts';
import { startRaw } from '../../support/malicious-sftp.ts';
import { basicConnector, openFolder } from '../../support/remotes/daemon.ts';

const openssh10 = newOpenSsh();

async function open(connector: Connector): Promise<void> {
  const options = { privateTargets: ['127.0.0.1', '::1'] };
  await (await openRemote(connector, options, new AbortController().signal)).close();
}

describe('signing in to an SSH server', () => {
  it.skipIf(!hasSshd)('with a key that has a passphrase', async () => {
    const { connector } = await startSshd();
    const file = `${await openFolder()}/key`;
    writeFileSync(file, connector.privateKey ?? '', { mode: 0o600 });
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'sésame', '-f', file]);
    const privateKey = readFileSync(file, 'utf8');
    await open({ ...connector, privateKey, passphrase: 'sésame' });
    for (const passphrase of [null, 'wrong'])
      await expect(open({ ...connector, privateKey, passphrase })).rejects.toMatchObject({
        code: 'private_key_unusable',
      });
  });

  it.skipIf(!hasSshd)('only with algorithms that are still good', async () => {
    const weak = [
      'KexAlgorithms diffie-hellman-group14-sha1',
      'Ciphers aes128-cbc',
      'Ciphers aes256-ctr\nMACs hmac-sha1',
    ];
    for (const setting of weak) {
      const { connector } = await startSshd([setting]);
      await expect(open(connector), setting).rejects.toMatchObject({ code: 'no_safe_algorithm' });
    }
  });

  it.skipIf(openssh10 === '')('with the post-quantum key exchange, where the server takes no other', async () => {
    const { connector, put } = await startSshd(['KexAlgorithms mlkem768x25519-sha256', 'RekeyLimit 100K'], openssh10);
    const content = randomBytes(2_000_000);
    await put('a.csv', content);
    const remote = await openRemote(connector, { privateTargets: ['127.0.0.1'] }, new AbortController().signal);
    const [file] = await remote.list();
    const chunks: Uint8Array[] = [];
    if (file) for await (const chunk of remote.read(file, 0)) chunks.push(Uint8Array.from(chunk));
    await remote.close();
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  });

  it('where the password is asked for in a dialogue, and nobody else’s question is answered with it', async () => {
    const key = makeKeyPair().private;
    const asked: string[][] = [];
    const server = new ssh2.Server({ hostKeys: [key] }, (client) => {
      client.on('error', () => undefined);
      client.on('authentication', (context) => {
        if (context.method !== 'keyboard-interactive') {
          context.reject(['keyboard-interactive']);
          return;
        }
        const prompts = [
          { prompt: 'Code', echo: true },
          { prompt: 'Password', echo: false },
        ];
        context.prompt(prompts, (answers) => {
          asked.push(answers);
          context.reject(['password']);
        });
      });
    });
    const port = await startRaw((socket) => server.injectSocket(socket));
    const parsed = ssh2.utils.parseKey(key);
    const hostKey = parsed instanceof Error ? '' : fingerprintOf(parsed.getPublicSSH());
    await expect(open({ ...basicConnector, port, hostKey })).rejects.toMatchObject({ code: 'remote_login_refused' });
    expect(asked).toEqual([['', 'secret']]);
  });
});

describe.skipIf(!hasProftpd)('the certificate of an FTPS server', () => {
  it('must be for the host that was named', async () => {
    const { connector } = await startProftpd('ftps');
    await open(connector);
    await expect(open({ ...connector, host: 'localhost' })).rejects.toMatchObject({
      code: 'certificate_refused',
      params: { why: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
  });

  it('must be signed by an authority that is known, or be exactly the pinned one', async () => {
    const { connector } = await startProftpd('ftps');
    const stranger = makeOwn(['127.0.0.1'], new Date());
    const refused = await open({ ...connector, ca: stranger }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'certificate_refused' });
    const { fingerprint } = (refused as { params: { fingerprint: string } }).params;
    const inPairs = fingerprint.toUpperCase().replace(/..(?=.)/g, '$&:');
    await open({ ...connector, host: 'localhost', ca: null, certificateFingerprint: inPairs });
    await expect(open({ ...connector, certificateFingerprint: 'ab'.repeat(32) })).rejects.toMatchObject({
      code: 'certificate_changed',
      params: { fingerprint, pinned: 'ab'.repeat(32) },
    });
  });
});
