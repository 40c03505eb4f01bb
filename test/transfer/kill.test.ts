import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Tenant } from '../../src/model/tenant.ts';
import { openDiskSpool } from '../../src/spool/disk.ts';
import { sweep } from '../../src/transfer/sweep.ts';
import { collect } from '../contract/spool.ts';
import { type TestDepot, addTenant, testDepot } from '../support/server.ts';

const support = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));
const ROUNDS = 6;

/**
 * Runs a process that sends files, kills it a random while after it has said a word for the first time, and resolves with
 * what it had said. On a slow machine nothing is acknowledged in such a while.
 */
function sendUntilKilled(depot: TestDepot, tenant: Tenant, after: 'sent' | 'acknowledged'): Promise<string[]> {
  const args = ['--import', support('typescript.mjs'), support('sender-process.ts')];
  const child = spawn(process.execPath, [
    ...args,
    depot.database.url,
    join(depot.dataDir, 'spool'),
    JSON.stringify(tenant),
  ]);
  return new Promise((resolve, reject) => {
    let [out, err] = ['', ''];
    let timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    let isSaid = false;
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (isSaid || !out.includes(`${after} `)) return;
      isSaid = true;
      clearTimeout(timer);
      timer = setTimeout(() => child.kill('SIGKILL'), 5 + Math.random() * 250);
    });
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL' && out !== '') resolve(out.split('\n').slice(0, -1));
      else reject(new Error(`the sender ended by itself: ${err}`));
    });
  });
}

const namesIn = (lines: string[], word: string): string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

describe('a server that is killed at any instant', () => {
  it('has every file that it acknowledged, with row, job and bytes, and loses none silently', async () => {
    const depot = await testDepot();
    const tenant = await addTenant(depot);
    const lines: string[] = [];
    for (let round = 0; round < ROUNDS; round++)
      lines.push(...(await sendUntilKilled(depot, tenant, round % 2 === 0 ? 'sent' : 'acknowledged')));
    const sent = namesIn(lines, 'sent');
    const acknowledged = namesIn(lines, 'acknowledged');
    expect(acknowledged.length).toBeGreaterThan(0);

    // A fresh process, two minutes later.
    const now = () => Date.now() + 120_000;
    const spool = openDiskSpool(join(depot.dataDir, 'spool'), now);
    const swept = await sweep({ ...depot, spool, now }, 3_600_000);
    expect(swept).toMatchObject({ expired: 0, missing: 0 });

    const rows = await depot.database.sql<{ id: string; path: string; sha256: string }[]>`
      select id, path, sha256 from uploads`;
    const paths = rows.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toEqual(expect.arrayContaining(acknowledged));
    for (const { id, sha256 } of rows) {
      const bytes = await readFile(spool.committed.path('acme', id));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
    const stored = (await collect(spool.committed.list('acme'))).map(({ id }) => id);
    expect(stored.sort()).toEqual(rows.map(({ id }) => id).sort());
    const jobs = await depot.database.sql`select 1 from graphile_worker.jobs where key = 'advance:acme'`;
    expect(jobs).toHaveLength(1);

    // What was under way is under its name, or has none yet: then it is gone an hour later.
    const partials = (await spool.partials.list('acme')).map(({ path }) => path.replace(/\.part$/, ''));
    const nameless = sent.filter((path) => !paths.includes(path) && !partials.includes(path as never));
    expect(nameless.length).toBeLessThanOrEqual(2 * ROUNDS);
    await sweep({ ...depot, spool, now: () => Date.now() + 7_200_000 }, 10_800_000);
    const left = await readdir(join(depot.dataDir, 'spool/partial/acme'));
    expect(left.filter((name) => !name.endsWith('.json') && !left.includes(`${name}.json`))).toEqual([]);
    expect(await spool.partials.list('acme')).toHaveLength(partials.length);
  }, 120_000);
});
