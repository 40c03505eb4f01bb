import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VirtualPath } from '../../src/model/path.ts';
import type { Spool, StoredFile } from '../../src/spool/spool.ts';

const tenant = 'acme';
const path = '/clients.csv' as VirtualPath;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What every spool must do; the disk and the memory twin both run it. */
export function spoolContract(name: string, start: () => Promise<{ spool: Spool; stop: () => Promise<void> }>): void {
  describe(`${name} keeps the spool's contract`, () => {
    let spool: Spool;
    let stop: () => Promise<void>;
    beforeEach(async () => ({ spool, stop } = await start()));
    afterEach(() => stop());

    const put = async (text: string, id = randomUUID()): Promise<string> => {
      const file = await spool.partials.create(tenant, { id, path });
      await file.write(Buffer.from(text), 0);
      await file.close();
      return id;
    };

    it('gives back the bytes of a partial, wherever they were written', async () => {
      const id = randomUUID();
      const file = await spool.partials.create(tenant, { id, path });
      await Promise.all([
        file.write(Buffer.from('456'), 3),
        file.write(Buffer.from('123'), 0),
        file.write(Buffer.from('X'), 1),
      ]);
      expect(file.size).toBe(6);
      await file.truncate(5);
      expect(file.size).toBe(5);
      await file.sync();
      expect(await text(await spool.partials.read(tenant, id))).toBe('1X345');
      await file.close();
      await file.close();
      expect(await spool.partials.list(tenant)).toMatchObject([{ id, path, size: 5, complete: false, open: false }]);
    });

    it('extends a partial with zeroes, as ftruncate does', async () => {
      const id = randomUUID();
      const file = await spool.partials.create(tenant, { id, path });
      await file.write(Buffer.from('a'), 0);
      await file.truncate(3);
      expect(await text(await spool.partials.read(tenant, id))).toBe('a\0\0');
      await file.close();
    });

    it('hashes a partial in whatever order it was written, cut and continued', async () => {
      const id = randomUUID();
      const file = await spool.partials.create(tenant, { id, path });
      expect(await file.sha256()).toBe(sha256(''));
      await Promise.all([file.write(Buffer.from('def'), 3), file.write(Buffer.from('abc'), 0)]);
      expect(await file.sha256()).toBe(sha256('abcdef'));
      await file.write(Buffer.from('X'), 1);
      expect(await file.sha256()).toBe(sha256('aXcdef'));
      await file.truncate(2);
      await file.write(Buffer.from('!'), 2);
      expect(await file.sha256()).toBe(sha256('aX!'));
      await file.close();
      const again = await spool.partials.open(tenant, id);
      await again.write(Buffer.from('?'), 3);
      expect(await again.sha256()).toBe(sha256('aX!?'));
      await again.close();
    });

    it('opens a partial again where it ended, but only once at a time', async () => {
      const id = await put('abc');
      const file = await spool.partials.open(tenant, id);
      expect((await spool.partials.list(tenant))[0]?.open).toBe(true);
      await expect(spool.partials.open(tenant, id)).rejects.toMatchObject({ code: 'transfer_under_way' });
      await file.write(Buffer.from('def'), file.size);
      expect(await text(await spool.partials.read(tenant, id))).toBe('abcdef');
      await file.close();
      const again = await spool.partials.open(tenant, id);
      expect(again.size).toBe(6);
      await again.close();
    });

    it('refuses an id twice', async () => {
      const id = await put('abc');
      await expect(spool.partials.create(tenant, { id, path })).rejects.toThrow();
      expect((await spool.partials.list(tenant))[0]?.size).toBe(3);
    });

    it('remembers name, completeness and time of a partial', async () => {
      const id = await put('abc');
      const renamed = '/écritures.csv' as VirtualPath;
      const modified = new Date('2026-01-31T10:00:00Z');
      await spool.partials.note(tenant, id, { path: renamed });
      await spool.partials.note(tenant, id, { complete: true });
      await spool.partials.note(tenant, id, { modified });
      expect(await spool.partials.list(tenant)).toMatchObject([{ path: renamed, complete: true, modified }]);
      await expect(spool.partials.note(tenant, randomUUID(), { complete: true })).rejects.toThrow();
    });

    it('promotes and demotes, each as often as it is asked', async () => {
      const id = await put('abc');
      await spool.partials.promote(tenant, id);
      await spool.partials.promote(tenant, id);
      expect(await spool.partials.list(tenant)).toEqual([]);
      expect(await collect(spool.committed.list(tenant))).toMatchObject([{ id, size: 3 }]);
      expect(await text(await spool.committed.open(tenant, id))).toBe('abc');
      await spool.partials.demote(tenant, id);
      await spool.partials.demote(tenant, id);
      expect(await collect(spool.committed.list(tenant))).toEqual([]);
      expect(await spool.partials.list(tenant)).toMatchObject([{ id, path, size: 3, complete: true }]);
    });

    it('finds a name for bytes whose note is gone', async () => {
      const id = await put('abc');
      await spool.partials.promote(tenant, id);
      await spool.partials.remove(tenant, id);
      expect(await text(await spool.committed.open(tenant, id))).toBe('abc');
      await spool.partials.demote(tenant, id);
      expect(await spool.partials.list(tenant)).toMatchObject([{ path: `/.recovered-${id}`, complete: true }]);
    });

    it('fails to promote what it does not hold', async () => {
      await expect(spool.partials.promote(tenant, randomUUID())).rejects.toThrow(/ENOENT/);
      await expect(spool.committed.open(tenant, randomUUID())).rejects.toThrow(/ENOENT/);
    });

    it('keeps reports whole, and replaces them whole', async () => {
      const id = randomUUID();
      expect(await spool.reports.put(tenant, id, chunks('un ', Buffer.from('rapport')))).toEqual({ size: 10 });
      await expect(spool.reports.put(tenant, id, failing())).rejects.toThrow('no more');
      expect(await text(await spool.reports.open(tenant, id))).toBe('un rapport');
      await spool.reports.remove(tenant, id);
      await spool.reports.remove(tenant, id);
      await expect(spool.reports.open(tenant, id)).rejects.toThrow(/ENOENT/);
    });

    it('counts what a tenant uses as it comes and goes, and nobody else’s', async () => {
      expect(await spool.usage(tenant)).toBe(0);
      const id = await put('12345');
      const other = await put('678');
      await spool.reports.put(tenant, randomUUID(), chunks('90'));
      expect(await spool.usage(tenant)).toBe(3 * 4096);
      expect(await spool.usage('other')).toBe(0);
      await spool.partials.promote(tenant, id);
      expect(await spool.usage(tenant)).toBe(3 * 4096);
      await spool.committed.remove(tenant, id);
      await spool.partials.remove(tenant, other);
      expect(await spool.usage(tenant)).toBe(4096);
    });

    it('counts files in whole blocks, and one for what is empty', async () => {
      expect(await spool.usage(tenant)).toBe(0);
      const id = await put('');
      expect(await spool.usage(tenant)).toBe(4096);
      const file = await spool.partials.open(tenant, id);
      await file.write(Buffer.alloc(4096), 0);
      expect(await spool.usage(tenant)).toBe(4096);
      await file.write(Buffer.alloc(1), 4096);
      expect(await spool.usage(tenant)).toBe(8192);
      await file.truncate(1);
      await file.close();
      expect(await spool.usage(tenant)).toBe(4096);
      await spool.partials.remove(tenant, id);
      expect(await spool.usage(tenant)).toBe(0);
    });

    it('shows one tenant nothing of another', async () => {
      const id = await put('abc');
      expect(await spool.partials.list('other')).toEqual([]);
      await expect(spool.partials.open('other', id)).rejects.toThrow(/ENOENT/);
      await spool.partials.remove('other', id);
      await spool.removeTenant('other');
      expect(await spool.partials.list(tenant)).toHaveLength(1);
      await spool.removeTenant(tenant);
      expect(await spool.partials.list(tenant)).toEqual([]);
      expect(await spool.usage(tenant)).toBe(0);
    });

    it('removes the rest of a tenant, but what is younger and what is open', async () => {
      const [partial, whole, report, open] = [await put('abc'), await put('def'), randomUUID(), randomUUID()];
      await spool.partials.promote(tenant, whole);
      await spool.reports.put(tenant, report, Readable.from(['ghi']));
      const file = await spool.partials.create(tenant, { id: open, path });
      expect((await collect(spool.reports.list(tenant))).map(({ id }) => id)).toEqual([report]);
      expect(await spool.removeRest(tenant, new Date(Date.now() - 60_000))).toBe(0);
      expect(await spool.partials.list(tenant)).toHaveLength(2);
      await spool.partials.note(tenant, partial, {});
      expect(await spool.removeRest(tenant, new Date(Date.now() + 60_000))).toBeGreaterThan(2);
      expect(await spool.partials.list(tenant)).toMatchObject([{ id: open, open: true }]);
      expect([await collect(spool.committed.list(tenant)), await collect(spool.reports.list(tenant))]).toEqual([
        [],
        [],
      ]);
      await file.close();
    });

    it('tidies notes without bytes, never bytes', async () => {
      const id = await put('abc');
      const kept = await put('def');
      await spool.partials.note(tenant, id, {});
      await spool.partials.promote(tenant, id);
      await spool.tidy(tenant, new Date(Date.now() + 60_000));
      expect(await text(await spool.committed.open(tenant, id))).toBe('abc');
      expect(await spool.partials.list(tenant)).toMatchObject([{ id: kept, size: 3 }]);
      await spool.partials.demote(tenant, id);
      expect((await spool.partials.list(tenant)).find((one) => one.id === id)?.path).toBe(`/.recovered-${id}`);
    });
  });
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item instanceof Uint8Array ? (Buffer.from(item) as T) : item);
  return all;
}

async function text(file: StoredFile): Promise<string> {
  const buffer = Buffer.alloc(file.size);
  await file.read(buffer, 0);
  await file.close();
  return buffer.toString();
}

// eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source
export async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* parts;
}

// eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source
async function* failing(): AsyncGenerator<string> {
  yield 'half';
  throw new Error('no more');
}
