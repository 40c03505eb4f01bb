import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connector } from '../../../src/model/connector.ts';
import { openRemote } from '../../../src/pull/open-remote.ts';
import type { Remote, RemoteLimits } from '../../../src/pull/remote.ts';
import { MAX_LISTING_BYTES } from '../../../src/pull/remote/bounds.ts';
import { readAll } from '../../contract/remote.ts';
import { endlessly, startMaliciousFtp } from '../../support/malicious-ftp.ts';
import { freePort } from '../../support/ports.ts';

const patient: RemoteLimits = { connectMs: 5000, loginMs: 5000, silenceMs: 5000, listMs: 5000, overallMs: 20_000 };
const impatient: RemoteLimits = { connectMs: 700, loginMs: 700, silenceMs: 700, listMs: 700, overallMs: 20_000 };

async function open(connector: Connector, limits = patient, signal = new AbortController().signal): Promise<Remote> {
  const remote = await openRemote(connector, { privateTargets: ['127.0.0.1'], limits }, signal);
  onTestFinished(() => remote.close());
  return remote;
}

const listed = { name: 'clients.csv', size: 4, modified: new Date(Date.UTC(2026, 2, 29, 1, 30, 17)) };

/** Opens, lists and reads: whatever is wrong shows on the way. */
async function pull(connector: Connector, limits = patient): Promise<string> {
  const remote = await open(connector, limits);
  const [file = listed] = await remote.list();
  return String(await readAll(remote.read(file, 0)));
}

describe('an FTP server that is up to no good', () => {
  it('is served well while it behaves', async () => {
    const { connector, commands } = await startMaliciousFtp();
    expect(await (await open(connector)).list()).toEqual([listed]);
    expect(await pull(connector)).toBe('a;b\n');
    expect(commands).toContain('RETR clients.csv');
  });

  it('cannot send an endless reply', async () => {
    const lines = await startMaliciousFtp({
      answers: { welcome: (control) => endlessly(control, '220-and so on\r\n') },
    });
    await expect(open(lines.connector)).rejects.toMatchObject({ code: 'remote_unintelligible' });
    const line = await startMaliciousFtp({
      answers: { FEAT: (control) => endlessly(control, '211-' + 'x'.repeat(5000)) },
    });
    await expect(open(line.connector)).rejects.toMatchObject({ code: 'remote_unintelligible' });
    const replies = await startMaliciousFtp({
      answers: { RETR: (control) => void setInterval(() => control.write('150 wait\r\n'), 5).unref() },
    });
    const remote = await open(replies.connector, impatient);
    await expect(readAll(remote.read(listed, 0))).rejects.toMatchObject({ code: 'remote_silent' });
  });

  it('cannot send an endless listing', async () => {
    let sent = 0;
    const { connector } = await startMaliciousFtp({
      data(socket) {
        endlessly(socket, 'type=file;size=4;modify=20260329013017; clients.csv\r\n');
        socket.on('close', () => (sent = socket.bytesWritten));
      },
    });
    const remote = await open(connector);
    await expect(remote.list()).rejects.toMatchObject({ code: 'listing_too_large' });
    expect(sent).toBeLessThan(4 * MAX_LISTING_BYTES);
  });

  it('cannot name a file into a path or a command', async () => {
    const names = [
      '../../etc/passwd',
      '..',
      '.',
      'a/b.csv',
      '/etc/passwd',
      'a\\b',
      'nul\0.csv',
      'x\rDELE y',
      'tab\t.csv',
    ];
    const more = ['\u202egpj.csv', 'x'.repeat(256), 'bon.csv', ''];
    const { connector } = await startMaliciousFtp({
      data: (socket) => socket.end([...names, ...more].map((name) => `type=file;size=1; ${name}\r\n`).join('')),
    });
    expect((await (await open(connector)).list()).map(({ name }) => name)).toEqual(['bon.csv']);
  });

  it('cannot lead the data connection elsewhere: the address in a PASV reply is ignored', async () => {
    const { connector, commands } = await startMaliciousFtp({ answers: { EPSV: '500 what?' } });
    expect(await pull(connector)).toBe('a;b\n');
    expect(commands.filter((command) => command === 'PASV')).toHaveLength(2);
  });

  it('cannot make a file grow for ever', async () => {
    const { connector } = await startMaliciousFtp({ data: (socket) => endlessly(socket, 'a;b\n') });
    const remote = await open(connector);
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of remote.read({ ...listed, size: 100_000 }, 0)) bytes += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'remote_file_changed' });
    expect(bytes).toBeLessThanOrEqual(100_000);
  });

  it.each([
    ['426', { data: (socket) => socket.end('a;'), afterData: '426 broken' }],
    ['a lost control connection', { data: (socket) => socket.end('a;'), afterData: (control) => control.destroy() }],
    ['a control connection lost in the middle', { answers: { RETR: (control) => void control.destroy() } }],
  ] satisfies [string, Parameters<typeof startMaliciousFtp>[0]][])(
    'a transfer that ends with %s is cut, and can be tried again',
    async (_, shape) => {
      const { connector } = await startMaliciousFtp(shape);
      const remote = await open(connector);
      await expect(readAll(remote.read(listed, 0))).rejects.toMatchObject({
        code: 'remote_cut',
        entry: { retryable: true },
      });
    },
  );

  it('a transfer that ends early with 226 is no whole file', async () => {
    const { connector } = await startMaliciousFtp({ data: (socket) => socket.end('a;') });
    const remote = await open(connector);
    await expect(readAll(remote.read(listed, 0))).rejects.toMatchObject({ code: 'remote_file_changed' });
  });

  it('one that does not know REST sends everything again, which is skipped', async () => {
    const { connector } = await startMaliciousFtp({ answers: { REST: '502 no' } });
    const remote = await open(connector);
    expect(String(await readAll(remote.read(listed, 2)))).toBe('b\n');
  });

  it('a passive port that is closed is named', async () => {
    const port = await freePort();
    const { connector } = await startMaliciousFtp({ answers: { EPSV: `229 ok (|||${port}|)` } });
    const remote = await open(connector);
    await expect(remote.list()).rejects.toMatchObject({ code: 'passive_port_blocked', params: { port } });
  });

  it('is not trusted with a password over an AUTH TLS that it refuses', async () => {
    const { connector, commands } = await startMaliciousFtp({ answers: { AUTH: '502 no TLS' } });
    await expect(open({ ...connector, protocol: 'ftps' })).rejects.toMatchObject({ code: 'tls_unavailable' });
    expect(commands.join()).not.toMatch(/USER|PASS/);
  });

  it('that repeats the password does not bring it into a report or a log', async () => {
    const { connector } = await startMaliciousFtp({
      answers: { PASS: (control, said) => void control.write(`500 PASS ${said}?\r\n`) },
    });
    const refused: unknown = await open({ ...connector, password: 's3cret' }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'remote_login_refused', params: { reply: '500 PASS …?' } });
    expect(inspect(refused, { depth: 9 })).not.toContain('s3cret');
  });

  it('whose files bear times that cannot be is one that tells no times', async () => {
    const times = ['19700101000000', '99999999999999', '20260329013017'];
    const lines = times.map((time, i) => `type=file;size=4;modify=${time}; ${i}.csv\r\n`).join('');
    const { connector } = await startMaliciousFtp({ data: (socket) => socket.end(lines) });
    const files = await (await open(connector)).list();
    expect(files.map(({ modified }) => modified)).toEqual([null, null, listed.modified]);
  });

  it('cannot hold us by silence, at any step', async () => {
    const silent = { during: (step: string) => ({ code: 'remote_silent', params: { during: step } }) };
    const steps = { welcome: 'TLS', USER: 'login', PASS: 'login', FEAT: 'FEAT', TYPE: 'FEAT', CWD: 'CWD' };
    const after = { EPSV: 'LIST', MLSD: 'LIST', RETR: 'RETR clients.csv' };
    await Promise.all([
      ...Object.entries({ ...steps, ...after }).map(async ([command, step]) => {
        const { connector } = await startMaliciousFtp({ answers: { [command]: '' } });
        await expect(pull(connector, impatient), command).rejects.toMatchObject({ code: 'remote_silent' });
        await expect(pull(connector, impatient), command).rejects.toMatchObject(
          command === 'EPSV' || command === 'MLSD' ? { code: 'remote_silent' } : silent.during(step),
        );
      }),
      (async () => {
        const { connector } = await startMaliciousFtp({ answers: { AUTH: '234 go on' } });
        const ftps = { ...connector, protocol: 'ftps' as const };
        await expect(open(ftps, impatient), 'TLS').rejects.toMatchObject(silent.during('TLS'));
      })(),
      (async () => {
        const { connector } = await startMaliciousFtp({ data: (socket) => void socket.write('a;') });
        const remote = await open(connector, impatient);
        await expect(readAll(remote.read(listed, 0)), 'data').rejects.toMatchObject(silent.during('RETR clients.csv'));
      })(),
    ]);
  });

  it('has not sent a file whole before it says so', async () => {
    const { connector } = await startMaliciousFtp({ afterData: '' });
    const remote = await open(connector, impatient);
    await expect(readAll(remote.read(listed, 0))).rejects.toMatchObject({
      code: 'remote_silent',
      entry: { retryable: true },
    });
  });

  it('cannot hold us by a byte now and then', async () => {
    const { connector } = await startMaliciousFtp({
      data: (socket) => void setInterval(() => socket.write('x'), 50).unref(),
    });
    const remote = await open(connector, { ...patient, overallMs: 1500 });
    await expect(readAll(remote.read({ ...listed, size: 1e6 }, 0))).rejects.toMatchObject({ code: 'remote_too_slow' });
  });

  it('an abort ends what is under way, with its reason', async () => {
    const { connector } = await startMaliciousFtp({ data: (socket) => void socket.write('a;') });
    const abort = new AbortController();
    const remote = await open(connector, patient, abort.signal);
    const reason = new Error('the server stops');
    const reading = (async () => {
      for await (const chunk of remote.read(listed, 0)) abort.abort(chunk.length > 0 ? reason : undefined);
    })();
    await expect(reading).rejects.toBe(reason);
    await expect(open(connector, patient, abort.signal)).rejects.toBe(reason);
  });
});
