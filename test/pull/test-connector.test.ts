import { describe, expect, it } from 'vitest';
import type { Connector } from '../../src/model/connector.ts';
import { testConnector } from '../../src/pull/test-connector.ts';
import { freePort } from '../support/ports.ts';
import { basicConnector } from '../support/remotes/daemon.ts';
import { hasProftpd, startProftpd } from '../support/remotes/proftpd.ts';
import { hasSshd, startSshd } from '../support/remotes/sshd.ts';
import { hasVsftpd, startVsftpd } from '../support/remotes/vsftpd.ts';

const files: Connector['files'] = {
  clients: { pattern: 'clients.csv', take: 'newest' },
  ecritures: { pattern: 'ecritures_{yyyyMMdd}.csv', take: 'newest' },
};

const allowed = { privateTargets: ['127.0.0.1', '::1'] };
const test = (connector: Connector, deps: Parameters<typeof testConnector>[1] = allowed) =>
  testConnector(connector, deps, new AbortController().signal);

/** The names of the steps, the last of them with its code where it failed. */
const outline = (steps: Awaited<ReturnType<typeof test>>): string[] =>
  steps.map(({ step, ok, code }) => (ok ? step : `${step}: ${code ?? ''}`));

describe('a test of a connector says how far it came and what to change', () => {
  it('name not found, private address, refused', async () => {
    expect(outline(await test({ ...basicConnector, host: 'no-such-host.invalid' }))).toEqual([
      'resolve: host_not_found',
    ]);
    expect(outline(await test(basicConnector, { privateTargets: [] }))).toEqual(['resolve: target_refused']);
    const refused = await test({ ...basicConnector, port: await freePort() });
    expect(outline(refused)).toEqual(['resolve', 'connect: connection_refused']);
    expect(refused[1]?.text.fr).toMatch(/^127\.0\.0\.1 refuse la connexion au port \d+ : vérifiez le port/);
  });

  it.skipIf(!hasSshd)('over SFTP: key to confirm, key changed, login, folder, files', async () => {
    const { connector, put } = await startSshd();
    const hostKey = connector.hostKey ?? '';
    await put('clients.csv', 'a;b\n');
    await put('ecritures_20261123.csv', 'old');
    await put('ecritures_20261124.csv', 'new one');

    const unknown = await test({ ...connector, hostKey: null });
    expect(outline(unknown)).toEqual(['resolve', 'connect', 'host_key: host_key_unknown']);
    expect(unknown[2]).toMatchObject({ found: hostKey, text: { en: expect.stringContaining(hostKey) as string } });

    const pinned = `SHA256:${'A'.repeat(43)}`;
    const changed = await test({ ...connector, hostKey: pinned });
    expect(outline(changed)).toEqual(['resolve', 'connect', 'host_key: host_key_changed']);
    expect(changed[2]?.text.fr).toContain(`${hostKey} au lieu de ${pinned}`);

    const beforeLogin = ['resolve', 'connect', 'host_key'];
    const stranger = { ...connector, privateKey: null, password: 'wrong' };
    expect(outline(await test(stranger))).toEqual([...beforeLogin, 'login: remote_login_refused']);
    const broken = { ...connector, privateKey: 'no key' };
    expect(outline(await test(broken))).toEqual([...beforeLogin, 'login: private_key_unusable']);
    const nowhere = { ...connector, directory: '/no/such/folder' };
    expect(outline(await test(nowhere))).toEqual([...beforeLogin, 'login', 'directory: remote_folder_missing']);

    const opened = [...beforeLogin, 'login', 'directory', 'list'];
    const good = await test({ ...connector, files });
    expect(outline(good)).toEqual([...opened, 'clients', 'ecritures']);
    expect(good.at(-1)).toMatchObject({
      found: 'ecritures_20261124.csv',
      text: { fr: 'ecritures_20261124.csv (7 octets, 2026-03-29 01:30 UTC)' },
    });
    const other = { ...connector, files: { contacts: { pattern: 'contacts_*.csv', take: 'all' as const } } };
    const none = await test(other);
    expect(outline(none)).toEqual([...opened, 'contacts: no_file_matches']);
    expect(none.at(-1)?.text.en).toMatch(/contacts_\*\.csv \(files seen: .*clients\.csv/);
    const waiting = await test({ ...connector, files, doneFile: 'fin.txt' });
    expect(outline(waiting).slice(-2)).toEqual(['clients: done_file_missing', 'ecritures: done_file_missing']);
  });

  const moving = (folder: string) => ({ afterReading: { kind: 'move' as const, folder }, files: {} });
  const deleting = { afterReading: { kind: 'delete' as const }, files: {} };

  it.skipIf(!hasSshd)('over SFTP: whether files may be moved or deleted, which leaves none behind', async () => {
    const { connector, put, names } = await startSshd();
    await put('clients.csv', 'a;b\n');
    for (const folder of ['lus', `${connector.directory}/lus`]) {
      const moved = await test({ ...connector, ...moving(folder) });
      expect(moved.at(-1)).toMatchObject({ step: 'put_away', ok: true });
      expect(moved.at(-1)?.text.en).toBe(`Files may be moved to ${folder}: one was, for the test.`);
    }
    expect((await test({ ...connector, ...deleting })).at(-1)).toMatchObject({ step: 'put_away', ok: true });
    const refused = await test({ ...connector, ...moving('clients.csv') });
    expect(refused.at(-1)).toMatchObject({ step: 'put_away', ok: false, code: 'remote_refused' });
    expect(refused.at(-1)?.text.fr).toContain('RENAME');
    expect([await names(), await names('lus')]).toEqual([['clients.csv', 'lus'], []]);
  });

  it.skipIf(!hasVsftpd)('over FTPS: an account that may store and neither rename nor delete', async () => {
    const { connector } = await startVsftpd('ftps', { anon_other_write_enable: 'NO' });
    for (const after of [deleting, moving('lus')]) {
      const last = (await test({ ...connector, ...after })).at(-1);
      expect(last).toMatchObject({ step: 'put_away', ok: false, code: 'remote_refused' });
      expect(last?.text.en).toMatch(/550 Permission denied/);
    }
  });

  it.skipIf(!hasVsftpd)('over FTP: an account that may store nothing proves nothing, and says so', async () => {
    const { connector } = await startVsftpd('ftp', { anon_upload_enable: 'NO' });
    const last = (await test({ ...connector, ...deleting })).at(-1);
    expect(last).toMatchObject({ step: 'put_away', ok: true });
    expect(last?.text.en).toMatch(/was not tried, no file for the test is taken: .*550 Permission denied/);
  });

  it.skipIf(!hasProftpd)('over FTPS of proftpd: moved and deleted', async () => {
    const { connector, names } = await startProftpd('ftps');
    for (const after of [moving('lus'), deleting]) {
      const last = (await test({ ...connector, ...after })).at(-1);
      expect(last).toMatchObject({ step: 'put_away', ok: true });
      expect(last?.text.en).toMatch(/^Files may be/);
    }
    expect([await names(), await names('lus')]).toEqual([['lus'], []]);
  });

  it.skipIf(!hasProftpd)('over FTPS: certificate, password, folder, files', async () => {
    const { connector, put } = await startProftpd('ftps');
    await put('clients.csv', 'a;b\n');
    const good = await test({ ...connector, files });
    const opened = ['resolve', 'connect', 'certificate', 'login', 'directory', 'list', 'clients'];
    expect(outline(good)).toEqual([...opened, 'ecritures: no_file_matches']);
    const fingerprint = good[2]?.found ?? '';
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);

    const untrusted = await test({ ...connector, ca: null });
    expect(outline(untrusted)).toEqual(['resolve', 'connect', 'certificate: certificate_refused']);
    expect(untrusted[2]?.found).toBe(fingerprint);
    const pinned = await test({ ...connector, files, ca: null, certificateFingerprint: fingerprint });
    expect(outline(pinned).slice(0, 7)).toEqual(opened);
    const other = await test({ ...connector, certificateFingerprint: '0'.repeat(64) });
    expect(outline(other)).toEqual(['resolve', 'connect', 'certificate: certificate_changed']);

    const wrong = await test({ ...connector, password: 'wrong' });
    expect(outline(wrong)).toEqual(['resolve', 'connect', 'certificate', 'login: remote_login_refused']);
    const nowhere = await test({ ...connector, directory: 'nowhere' });
    expect(outline(nowhere).at(-1)).toBe('directory: remote_folder_missing');
    const implicit = await test({ ...connector, protocol: 'ftps-implicit' });
    expect(outline(implicit)).toEqual(['resolve', 'connect', 'certificate: tls_unavailable']);
    const clear = await test({ ...connector, protocol: 'ftp' });
    expect(outline(clear)).toEqual(['resolve', 'connect', 'certificate', 'login: remote_login_refused']);
    expect(clear[2]?.text.en).toMatch(/No encryption/);
  });
});
