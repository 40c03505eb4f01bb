import { describe, expect, it, onTestFinished } from 'vitest';
import { ArrivageError } from '../../../src/errors.ts';
import type { Connector } from '../../../src/model/connector.ts';
import { openRemote } from '../../../src/pull/open-remote.ts';
import type { Remote, RemoteLimits } from '../../../src/pull/remote.ts';
import { readAll } from '../../contract/remote.ts';
import { endlessly } from '../../support/malicious-ftp.ts';
import { file, type Misbehaviour, startMaliciousSftp, startRaw } from '../../support/malicious-sftp.ts';
import { basicConnector } from '../../support/remotes/daemon.ts';

const patient: RemoteLimits = { connectMs: 5000, loginMs: 5000, silenceMs: 5000, listMs: 5000, overallMs: 20_000 };
const impatient: RemoteLimits = { connectMs: 1500, loginMs: 1500, silenceMs: 1500, listMs: 1500, overallMs: 20_000 };

async function open(connector: Connector, limits = patient, signal = new AbortController().signal): Promise<Remote> {
  const remote = await openRemote(connector, { privateTargets: ['127.0.0.1'], limits }, signal);
  onTestFinished(() => remote.close());
  return remote;
}

const listed = { name: 'clients.csv', size: 4, modified: new Date(1_774_747_817_000) };

async function pull(shape: Misbehaviour, limits = patient): Promise<string> {
  const remote = await open((await startMaliciousSftp(shape)).connector, limits);
  const [found = listed] = await remote.list();
  return String(await readAll(remote.read(found, 0)));
}

describe('an SFTP server that is up to no good', () => {
  it('is served well while it behaves', async () => {
    const { connector } = await startMaliciousSftp();
    expect(await (await open(connector)).list()).toEqual([listed]);
    expect(await pull({})).toBe('a;b\n');
  });

  it('gets no password under a key that is not the confirmed one', async () => {
    let asked = false;
    const { connector } = await startMaliciousSftp({ requests: { REALPATH: () => (asked = true) } });
    const pinned = `SHA256:${'B'.repeat(43)}`;
    await expect(open({ ...connector, hostKey: pinned })).rejects.toMatchObject({
      code: 'host_key_changed',
      params: { pinned, fingerprint: connector.hostKey },
    });
    await expect(open({ ...connector, hostKey: null })).rejects.toMatchObject({
      code: 'host_key_unknown',
      params: { fingerprint: connector.hostKey },
    });
    expect(asked).toBe(false);
  });

  it('cannot send an endless greeting, or speak something else', async () => {
    const endless = await startRaw((socket) => endlessly(socket, 'welcome to this server\r\n'));
    const other = await startRaw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const connector = { ...basicConnector, hostKey: 'SHA256:x' };
    await expect(open({ ...connector, port: endless })).rejects.toMatchObject({ code: 'remote_unintelligible' });
    await expect(open({ ...connector, port: other })).rejects.toMatchObject({ code: 'remote_unintelligible' });
  });

  it('cannot send an endless listing, be it of nothing', async () => {
    const many = Array.from({ length: 100 }, (_, i) => file(`clients${i}.csv`));
    const endless = await startMaliciousSftp({ requests: { READDIR: (sftp, id) => sftp.name(id, many) } });
    // Its 20,000 entries take seconds where ssh2 has no native ciphers.
    const unhurried = { ...patient, listMs: 60_000, overallMs: 90_000 };
    await expect((await open(endless.connector, unhurried)).list()).rejects.toMatchObject({
      code: 'listing_too_large',
    });
    const empty = await startMaliciousSftp({ requests: { READDIR: (sftp, id) => sftp.name(id, []) } });
    await expect((await open(empty.connector)).list()).rejects.toMatchObject({ code: 'remote_unintelligible' });
  });

  it('cannot name a file into a path', async () => {
    const names = ['../../etc/passwd', '..', '.', 'a/b.csv', '/etc/passwd', 'a\\b', 'nul\0.csv', 'x\ny', '', 'bon.csv'];
    let listedOnce = false;
    const { connector } = await startMaliciousSftp({
      requests: {
        READDIR(sftp, id) {
          if (listedOnce) sftp.status(id, 1);
          else
            sftp.name(
              id,
              names.map((name) => file(name)),
            );
          listedOnce = true;
        },
      },
    });
    expect((await (await open(connector)).list()).map(({ name }) => name)).toEqual(['bon.csv']);
  });

  it('cannot make a file grow for ever; what nobody asked for is dropped', async () => {
    let size = 4;
    const growing = {
      FSTAT: (sftp, id) => sftp.attrs(id, file('clients.csv', size++).attrs),
    } satisfies Misbehaviour['requests'];
    await expect(pull({ requests: growing })).rejects.toMatchObject({ code: 'remote_file_changed' });
    const more = { READ: (sftp, id) => sftp.data(id, 'a;b\nand more') } satisfies Misbehaviour['requests'];
    expect(await pull({ requests: more })).toBe('a;b\n');
  });

  it('a file that ends early is not whole', async () => {
    const short = { READ: (sftp, id) => sftp.status(id, 1) } satisfies Misbehaviour['requests'];
    await expect(pull({ requests: short })).rejects.toMatchObject({ code: 'remote_file_changed' });
  });

  it('bytes that come one by one are put together', async () => {
    const bytes = 'a;b\n';
    const slow = {
      READ: (sftp, id, _handle: Buffer, offset: number) => sftp.data(id, bytes.charAt(offset)),
    } satisfies Misbehaviour['requests'];
    expect(await pull({ requests: slow })).toBe(bytes);
  });

  it('a cut in the middle of a file is told as one that can be tried again', async () => {
    let cut = (): void => undefined;
    const server = await startMaliciousSftp({ requests: { READ: () => cut() } });
    ({ cut } = server);
    const remote = await open(server.connector);
    await expect(readAll(remote.read(listed, 0))).rejects.toMatchObject({
      code: 'remote_cut',
      entry: { retryable: true },
    });
    await expect(remote.list()).rejects.toMatchObject({ code: 'remote_cut' });
  });

  it('whose answer is of another shape than the question is not understood, and ends nothing else', async () => {
    const strange: Misbehaviour['requests'][] = [
      { REALPATH: (sftp, id) => sftp.data(id, 'x') },
      { OPENDIR: (sftp, id) => sftp.attrs(id, file('x').attrs) },
      { READDIR: (sftp, id) => sftp.data(id, 'a;b') },
      { OPEN: (sftp, id) => sftp.name(id, [file('x')]) },
      { FSTAT: (sftp, id) => sftp.status(id, 0) },
    ];
    for (const requests of strange)
      await expect(pull({ requests: requests ?? {} }), Object.keys(requests ?? {}).join()).rejects.toBeInstanceOf(
        ArrivageError,
      );
  });

  it('that refuses a request is told as it says, and one that closes the channel as cut', async () => {
    const no = { FSTAT: (sftp, id) => sftp.status(id, 8, 'not\u001bhere') } satisfies Misbehaviour['requests'];
    await expect(pull({ requests: no })).rejects.toMatchObject({
      ...{ code: 'remote_refused', params: { reply: 'not here' } },
    });
    const gone = { FSTAT: (sftp) => sftp.end() } satisfies Misbehaviour['requests'];
    await expect(pull({ requests: gone })).rejects.toMatchObject({ code: 'remote_cut' });
  });

  it('cannot hold us by silence, at any step', async () => {
    const silence = { code: 'remote_silent' };
    const port = await startRaw(() => undefined);
    const requests = ['REALPATH', 'STAT', 'OPENDIR', 'READDIR', 'OPEN', 'FSTAT', 'READ'];
    await Promise.all([
      expect(open({ ...basicConnector, port }, impatient)).rejects.toMatchObject(silence),
      expect(pull({ authentication: 'silence' }, impatient)).rejects.toMatchObject(silence),
      expect(pull({ subsystem: 'silence' }, impatient)).rejects.toMatchObject(silence),
      ...requests.map((name) =>
        expect(pull({ requests: { [name]: () => undefined } }, impatient), name).rejects.toMatchObject(silence),
      ),
    ]);
  });

  it('an abort ends what is under way, with its reason', async () => {
    const abort = new AbortController();
    const reason = new Error('the server stops');
    const { connector } = await startMaliciousSftp({ requests: { READ: () => abort.abort(reason) } });
    const remote = await open(connector, patient, abort.signal);
    await expect(readAll(remote.read(listed, 0))).rejects.toBe(reason);
  });
});
