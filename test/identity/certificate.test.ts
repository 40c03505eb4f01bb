import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createSecureContext, TLSSocket } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { makeOwn, openCertificate } from '../../src/identity/certificate.ts';

const now = new Date('2026-03-01T12:00:00Z');

async function settingsIn(more: Record<string, string> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'arrivage-identity-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return readConfig({ ARRIVAGE_DATA: dataDir, ...more });
}

it('makes one certificate, which a client that trusts it accepts by name and by address', async () => {
  const settings = await settingsIn({ ARRIVAGE_PUBLIC_HOST: 'ftp.example.fr' });
  const certificate = await openCertificate(settings, new Date());
  const parsed = new X509Certificate(certificate.cert);
  for (const host of ['ftp.example.fr', 'localhost']) expect(parsed.checkHost(host)).toBe(host);
  for (const address of ['127.0.0.1', '::1']) expect(parsed.checkIP(address)).toBe(address);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.ca).toBe(true);

  const server = createServer((socket) => {
    new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(certificate) }).end('hello');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, servername: 'ftp.example.fr', ca: certificate.cert });
  await once(client, 'secureConnect');
  expect(client.authorized).toBe(true);
  client.destroy();
});

it('keeps it for the next start, readable by its owner alone', async () => {
  const settings = await settingsIn();
  const [one, two] = await Promise.all([openCertificate(settings, now), openCertificate(settings, now)]);
  expect(two.fingerprint).toBe(one.fingerprint);
  expect((await openCertificate(settings, now)).fingerprint).toBe(one.fingerprint);
  const folder = join(settings.dataDir, 'identity');
  expect(await readdir(folder)).toEqual(['tls.pem']);
  expect((await stat(join(folder, 'tls.pem'))).mode & 0o777).toBe(0o600);
});

it('makes another when it has expired, or when the public host changes', async () => {
  const settings = await settingsIn();
  const first = await openCertificate(settings, now);
  expect(first.validTo.getTime() - now.getTime()).toBeLessThanOrEqual(825 * 86_400_000);
  const later = new Date(first.validTo.getTime() + 1000);
  const second = await openCertificate(settings, later);
  expect(second.validTo > later).toBe(true);
  const renamed = await openCertificate({ ...settings, publicHost: 'sftp.example.fr' }, later);
  expect(new X509Certificate(renamed.cert).checkHost('sftp.example.fr')).toBe('sftp.example.fr');
});

it('serves the pair of the settings, and takes up a renewed one', async () => {
  const settings = await settingsIn();
  const path = join(settings.dataDir, 'pair.pem');
  const tls = { cert: path, key: path };
  await writeFile(path, makeOwn(['a.example.fr'], now));
  const before = await openCertificate({ ...settings, tls }, now);
  await writeFile(path, makeOwn(['a.example.fr'], now));
  const after = await openCertificate({ ...settings, tls }, now);
  expect(after.fingerprint).not.toBe(before.fingerprint);
  expect(after.fingerprint).toBe(new X509Certificate(await readFile(path)).fingerprint256);
});

it.each([
  ['a missing file', () => Promise.resolve(), /ARRIVAGE_TLS_CERT cannot be read/],
  ['no certificate', (path: string) => writeFile(path, 'hello'), /ARRIVAGE_TLS_CERT holds no certificate/],
  ['a key of another', (path: string) => writeFile(path, makeOwn(['b'], now)), /is not the key of the certificate/],
])('says which setting is wrong: %s', async (_, prepare, message) => {
  const settings = await settingsIn();
  const [cert, key] = [join(settings.dataDir, 'cert.pem'), join(settings.dataDir, 'key.pem')];
  await writeFile(key, makeOwn(['a'], now));
  await prepare(cert);
  const opened = openCertificate({ ...settings, tls: { cert, key } }, now);
  await expect(opened).rejects.toThrow(message);
  await expect(opened).rejects.toBeInstanceOf(ConfigError);
});

it('names the file that is no certificate of its own', async () => {
  const settings = await settingsIn();
  await openCertificate(settings, now);
  await writeFile(join(settings.dataDir, 'identity/tls.pem'), 'nonsense');
  const opened = openCertificate(settings, now);
  await expect(opened).rejects.toThrow(/tls\.pem holds no certificate/);
  await expect(opened).rejects.toBeInstanceOf(ConfigError);
});
