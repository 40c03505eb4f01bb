import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RemoteFile } from '../../src/model/connector.ts';
import type { Remote } from '../../src/pull/remote.ts';
import type { RemoteServer } from '../support/remotes/daemon.ts';

export type TestedRemote = Omit<RemoteServer, 'connector'> & { open: () => Promise<Remote> };

export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What every remote does alike, whatever server stands behind it. */
export function remoteContract(name: string, start: () => Promise<TestedRemote>, present = true): void {
  describe.skipIf(!present)(`a folder on ${name}`, () => {
    async function opened(): Promise<TestedRemote & { remote: Remote }> {
      const server = await start();
      const remote = await server.open();
      onTestFinished(() => remote.close());
      return { ...server, remote };
    }
    async function fileOf(remote: Remote, wanted: string): Promise<RemoteFile> {
      const file = (await remote.list()).find((one) => one.name === wanted);
      if (!file) throw new Error(`${wanted} is not listed`);
      return file;
    }

    it('lists files with their size and time, not folders nor links, and nothing while it is empty', async () => {
      const { remote, put, link } = await opened();
      expect(await remote.list()).toEqual([]);
      const time = await put('clients.csv', 'code;nom\n1;Durand\n');
      await put('vide.csv', '');
      await put('autre.csv', 'x');
      await remote.move('autre.csv', 'lus');
      await link?.('lien.csv', '/etc/passwd');
      const files = (await remote.list()).sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(files.map(({ name, size }) => [name, size])).toEqual([
        ['clients.csv', 18],
        ['vide.csv', 0],
      ]);
      for (const { modified } of files) expect(Math.abs(Number(modified) - Number(time))).toBeLessThan(2000);
    });

    it('reads a file whole, several one after another', async () => {
      const { remote, put } = await opened();
      const large = randomBytes(3_000_001);
      await put('grand.csv', large);
      await put('petit.csv', 'a;b\n');
      await put('vide.csv', '');
      expect(hash(await readAll(remote.read(await fileOf(remote, 'grand.csv'), 0)))).toBe(hash(large));
      expect(String(await readAll(remote.read(await fileOf(remote, 'petit.csv'), 0)))).toBe('a;b\n');
      expect(await readAll(remote.read(await fileOf(remote, 'vide.csv'), 0))).toHaveLength(0);
    });

    it('goes on from an offset after a cut', async () => {
      const { remote, put } = await opened();
      const bytes = randomBytes(200_000);
      await put('grand.csv', bytes);
      const file = await fileOf(remote, 'grand.csv');
      for (const offset of [1, 123_456, 199_999, 200_000])
        expect(hash(await readAll(remote.read(file, offset)))).toBe(hash(bytes.subarray(offset)));
    });

    it('can be left in the middle of a file, and another connection goes on from there', async () => {
      const { remote, put, open } = await opened();
      await put('grand.csv', randomBytes(2_000_000));
      const file = await fileOf(remote, 'grand.csv');
      for await (const chunk of remote.read(file, 0)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      await remote.close();
      const again = await open();
      expect(await readAll(again.read(file, 1_000_000))).toHaveLength(1_000_000);
      await again.close();
    });

    it.each(['Écritures du mois d’août.csv', 'a;b=c \'d\' "e" %s $HOME.csv', '-la.csv', 'x → y.csv'])(
      'takes a name as it is: %s',
      async (odd) => {
        const { remote, put } = await opened();
        await put(odd, 'contenu');
        expect(String(await readAll(remote.read(await fileOf(remote, odd), 0)))).toBe('contenu');
      },
    );

    it('says that a file has changed since it was listed, and never passes for whole', async () => {
      const { remote, put, open } = await opened();
      await put('clients.csv', 'a;b;c\n');
      const file = await fileOf(remote, 'clients.csv');
      for (const size of [file.size - 1, file.size + 1]) {
        const again = await open();
        await expect(readAll(again.read({ ...file, size }, 0))).rejects.toMatchObject({
          code: 'remote_file_changed',
          entry: { retryable: true },
        });
        await again.close();
      }
    });

    it('says that a file is no longer there', async () => {
      const { remote } = await opened();
      const gone = { name: 'parti.csv', size: 10, modified: null };
      await expect(readAll(remote.read(gone, 0))).rejects.toMatchObject({ code: 'remote_file_missing' });
      expect(await remote.list()).toEqual([]);
    });

    it('moves a file into a folder that it makes, replaces nothing there, and deletes', async () => {
      const { remote, put, names } = await opened();
      for (const name of ['clients.csv', 'clients.csv', 'autre.csv']) {
        await put(name, 'x');
        await remote.move(name, 'lus');
      }
      const moved = await names('lus');
      expect(moved).toHaveLength(3);
      expect(moved.slice(0, 2)).toEqual(['autre.csv', 'clients.csv']);
      expect(moved[2]).toMatch(/^clients\.csv\.\d{8}T\d{6}Z$/);
      await put('fini.csv', 'x');
      await remote.remove('fini.csv');
      expect(await remote.list()).toEqual([]);
      await expect(remote.remove('fini.csv')).rejects.toThrow();
    });

    it('makes an empty file, and removes it from the folder that it was moved to', async () => {
      const { remote, names } = await opened();
      await remote.make('.essai.tmp');
      await remote.move('.essai.tmp', 'lus');
      expect(await names('lus')).toEqual(['.essai.tmp']);
      await remote.remove('lus/.essai.tmp');
      expect(await names('lus')).toEqual([]);
      expect(await remote.list()).toEqual([]);
    });

    it('closes as often as one likes', async () => {
      const { remote } = await opened();
      await remote.close();
      await remote.close();
    });
  });
}
