import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VirtualPath } from '../../src/model/path.ts';
import { openDiskSpool } from '../../src/spool/disk.ts';
import type { Spool } from '../../src/spool/spool.ts';
import { openAllowance } from '../../src/transfer/allowance.ts';
import { chunks, spoolContract } from '../contract/spool.ts';

const path = '/clients.csv' as VirtualPath;
const scratch = () => mkdtemp(join(tmpdir(), 'arrivage-spool-'));

spoolContract('the disk spool', async () => {
  const root = await scratch();
  return { spool: openDiskSpool(root), stop: () => rm(root, { recursive: true }) };
});

describe('the disk spool', () => {
  let root: string;
  beforeEach(async () => (root = await scratch()));
  afterEach(() => rm(root, { recursive: true }));

  it('lets nobody but the server’s user in', async () => {
    const spool = openDiskSpool(root);
    const id = randomUUID();
    await (await spool.partials.create('acme', { id, path })).close();
    const mode = async (...names: string[]) => ((await stat(join(root, ...names))).mode & 0o777).toString(8);
    expect(await mode('partial')).toBe('700');
    expect(await mode('partial', 'acme')).toBe('700');
    expect(await mode('partial', 'acme', id)).toBe('600');
    await spool.partials.note('acme', id, {});
    expect(await mode('partial', 'acme', `${id}.json`)).toBe('600');
    await spool.partials.promote('acme', id);
    expect(await mode('committed', 'acme')).toBe('700');
  });

  it('takes files of a tenant whose folders another process removed, under an id that was given again', async () => {
    const spool = openDiskSpool(root);
    const send = async () => {
      const id = randomUUID();
      const file = await spool.partials.create('acme', { id, path });
      await file.write(Buffer.from('data'), 0);
      await file.close();
      await spool.partials.promote('acme', id);
      await spool.reports.put('acme', randomUUID(), chunks(Buffer.from('report')));
    };
    await send();
    // `arrivage tenant delete`, beside the server.
    await openDiskSpool(root).removeTenant('acme');
    await send();
    expect(await readdir(join(root, 'committed/acme'))).toHaveLength(1);
    expect(await readdir(join(root, 'reports/acme'))).toHaveLength(1);
    expect(await spool.usage('acme')).toBe(2 * 4096);
  });

  it('proves a commit by making one, and leaves nothing, not even what a crash left', async () => {
    const spool = openDiskSpool(root);
    await spool.prove();
    const left = join(root, 'committed/.probe-of-a-crash');
    await writeFile(left, '');
    await utimes(left, 1, 1);
    await spool.prove();
    expect([await readdir(join(root, 'partial')), await readdir(join(root, 'committed'))]).toEqual([[], []]);
    expect(await spool.tenants()).toEqual([]);
    await rm(join(root, 'committed'), { recursive: true });
    await writeFile(join(root, 'committed'), 'no folder');
    await expect(spool.prove()).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(await readdir(join(root, 'partial'))).toEqual([]);
  });

  it.each(['../acme', 'a/b', '', 'ACME', '.', 'a\0b'])('makes no path of the tenant id %j', async (tenant) => {
    const spool = openDiskSpool(root);
    await expect(spool.partials.create(tenant, { id: randomUUID(), path })).rejects.toThrow(/not a tenant id/);
    expect(await readdir(root)).toEqual([]);
  });

  it.each(['../../etc/passwd', '', 'clients.csv', `${randomUUID()}/..`])('makes no path of the id %j', async (id) => {
    const spool = openDiskSpool(root);
    await expect(spool.partials.create('acme', { id, path })).rejects.toThrow(/not an id/);
    await expect(spool.committed.open('acme', id)).rejects.toThrow(/not an id/);
  });

  it('follows no link that someone placed in the spool', async () => {
    const spool = openDiskSpool(root);
    await (await spool.partials.create('acme', { id: randomUUID(), path })).close();
    const [bait, id] = [join(root, 'bait'), randomUUID()];
    await writeFile(bait, 'secret');
    await symlink(bait, join(root, 'partial', 'acme', id));
    await expect(spool.partials.open('acme', id)).rejects.toThrow(/ELOOP/);
    expect(await spool.partials.list('acme')).toHaveLength(1);
  });

  it('writes many small chunks out as they came, in order and whole', async () => {
    const spool = openDiskSpool(root);
    const data = randomBytes(3_000_000);
    const id = randomUUID();
    const file = await spool.partials.create('acme', { id, path });
    const writes: Promise<void>[] = [];
    for (let at = 0; at < data.length; at += 32_768) writes.push(file.write(data.subarray(at, at + 32_768), at));
    await Promise.all(writes);
    expect((await readFile(join(root, 'partial', 'acme', id))).equals(data)).toBe(true);
    await file.close();
    await expect(file.write(Buffer.from('late'), 0)).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('shows nothing of a partial whose writer was killed before its name was on the disk, and clears it away', async () => {
    const id = randomUUID();
    await (await openDiskSpool(root).partials.create('acme', { id, path })).close();
    const spool = openDiskSpool(root);
    expect(await spool.partials.list('acme')).toEqual([]);
    await spool.tidy('acme', new Date(Date.now() - 60_000));
    expect(await readdir(join(root, 'partial', 'acme'))).toEqual([id]);
    await spool.tidy('acme', new Date(Date.now() + 60_000));
    expect(await readdir(join(root, 'partial', 'acme'))).toEqual([]);
  });

  it('finds another name for a partial whose note a power cut left empty', async () => {
    const id = randomUUID();
    const spool = openDiskSpool(root);
    await (await spool.partials.create('acme', { id, path })).close();
    await spool.partials.note('acme', id, {});
    await writeFile(join(root, 'partial', 'acme', `${id}.json`), '');
    expect(await spool.partials.list('acme')).toMatchObject([{ id, path: `/.recovered-${id}`, complete: false }]);
    await spool.partials.note('acme', id, { path });
    expect(await spool.partials.list('acme')).toMatchObject([{ id, path, complete: false }]);
  });

  it('brings the name of a partial to the disk within seconds, and leaves no note of one that is committed', async () => {
    const spool = openDiskSpool(root);
    const [long, short] = [randomUUID(), randomUUID()];
    const file = await spool.partials.create('acme', { id: long, path });
    await (await spool.partials.create('acme', { id: short, path })).close();
    await spool.partials.promote('acme', short);
    await spool.partials.remove('acme', short);
    const other = openDiskSpool(root);
    await expect.poll(() => other.partials.list('acme'), { timeout: 10_000 }).toMatchObject([{ id: long, path }]);
    expect((await readdir(join(root, 'partial', 'acme'))).sort()).toEqual([long, `${long}.json`]);
    await file.close();
    await spool.partials.remove('acme', long);
    expect(await readdir(join(root, 'partial', 'acme'))).toEqual([]);
  });

  it('lets no other node continue a partial that is being written, until its writer is done', async () => {
    const taken = new Set<string>();
    let lose: () => void = () => undefined;
    const locks = {
      take(name: string, onLost: () => void) {
        if (taken.has(name)) return Promise.resolve(undefined);
        taken.add(name);
        lose = onLost;
        return Promise.resolve(() => void taken.delete(name));
      },
    };
    const [one, other] = [openDiskSpool(root, Date.now, locks), openDiskSpool(root, Date.now, locks)];
    const id = randomUUID();
    const file = await one.partials.create('acme', { id, path });
    await file.write(Buffer.from('abc'), 0);
    await expect.poll(() => other.partials.list('acme'), { timeout: 10_000 }).toHaveLength(1);
    await expect(other.partials.open('acme', id)).rejects.toMatchObject({ code: 'transfer_under_way' });
    await file.close();
    const continued = await other.partials.open('acme', id);
    await expect(one.partials.open('acme', id)).rejects.toMatchObject({ code: 'transfer_under_way' });
    lose();
    await expect(continued.sync()).rejects.toMatchObject({ code: 'transfer_incomplete' });
    await continued.close();
  });

  it('counts what other nodes wrote at once, where they may have filled the quota since', async () => {
    let now = 0;
    const [one, two] = [openDiskSpool(root, () => now), openDiskSpool(root, () => now)];
    const quota = 2 ** 20;
    const put = async (spool: Spool) => {
      const file = await spool.partials.create('acme', { id: randomUUID(), path });
      const allowance = await openAllowance(spool, { id: 'acme', quotaBytes: quota, maxFileBytes: quota }, file);
      try {
        await allowance.reach(300_000);
        await file.write(Buffer.alloc(300_000), 0);
        return 'in';
      } catch (error) {
        return (error as { code: string }).code;
      } finally {
        allowance.close();
        await file.close();
      }
    };
    const answers: string[] = [];
    for (const spool of [one, two, one, two, one]) {
      answers.push(await put(spool));
      now += 10;
    }
    expect(answers).toEqual(['in', 'in', 'in', 'quota_exceeded', 'quota_exceeded']);
    // Far from the quota nobody waits for a walk.
    const known = await two.usage('acme');
    await writeFile(join(root, 'partial/acme', randomUUID()), '');
    now += 10;
    expect(await two.usage('acme', 2 ** 40)).toBe(known);
  });

  it('corrects its count for what other nodes wrote, once the count is a minute old', async () => {
    let now = 0;
    const spool = openDiskSpool(root, () => now);
    const id = randomUUID();
    await (await spool.partials.create('acme', { id, path })).close();
    expect(await spool.usage('acme')).toBe(4096);
    await truncate(join(root, 'partial', 'acme', id), 5000);
    expect(await spool.usage('acme')).toBe(4096);
    now = 61_000;
    await expect.poll(() => spool.usage('acme')).toBe(8192);
  });

  it('clears drafts that a crash left, and leaves fresh ones to their writer', async () => {
    const spool = openDiskSpool(root);
    await spool.reports.put('acme', randomUUID(), chunks('x'));
    const reports = join(root, 'reports', 'acme');
    await writeFile(join(reports, 'old.unfinished'), '');
    await writeFile(join(reports, 'new.unfinished'), '');
    await utimes(join(reports, 'old.unfinished'), 1, 1);
    await spool.tidy('acme', new Date(60_000));
    const left = await readdir(reports);
    expect(left).toContain('new.unfinished');
    expect(left).not.toContain('old.unfinished');
  });

  const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
  it.skipIf(!mayMount)(
    'says disk_full on a full disk, keeps what was written, and goes on when there is room',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root]);
      try {
        const spool = openDiskSpool(root);
        const file = await spool.partials.create('acme', { id: randomUUID(), path });
        await file.write(Buffer.alloc(600_000, 1), 0);
        const filler = join(root, 'filler');
        await writeFile(filler, Buffer.alloc(300_000));
        await expect(file.write(Buffer.alloc(600_000, 2), 600_000)).rejects.toMatchObject({ code: 'disk_full' });
        expect(file.size).toBeGreaterThanOrEqual(600_000);
        await expect(spool.reports.put('acme', randomUUID(), chunks(Buffer.alloc(900_000)))).rejects.toMatchObject({
          code: 'disk_full',
        });
        await rm(filler);
        await file.truncate(600_000);
        await file.write(Buffer.alloc(100_000, 2), 600_000);
        await file.close();
        expect((await spool.partials.list('acme'))[0]?.size).toBe(700_000);
      } finally {
        execFileSync('umount', [root]);
      }
    },
  );
});
