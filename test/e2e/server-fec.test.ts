import { copyFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { has, run } from '../support/clients.ts';
import { fecSamples, unpackFec } from '../support/fec-samples.ts';
import { openServer, openSql, syncsOf } from './server-world.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const fixtures = folder('../fixtures/parse');
const trimmed = ['fec-crcrlf.txt', 'fec-pipe-iso.txt'].map((name) => `${fixtures}/${name}`);

interface Facts {
  entries: number;
  skipped: number;
  clients: number;
  amount: number;
  /** Code and sum of each client, in order. */
  balances: [string, number][];
}

/** Counts the raw lines with awk, which knows nothing of us: accounts 411… are entries, all others are skipped. */
const COUNT = String.raw`
  { gsub(/\r/, "") }
  FNR == 1 { separator = index($0, "\t") ? "\t" : "|"; next }
  $0 == "" { next }
  {
    split($0, cell, separator)
    if (cell[5] !~ /^411/) { skipped++; next }
    gsub(",", ".", cell[12]); gsub(",", ".", cell[13])
    entries++
    sum[cell[7] == "" ? cell[5] : cell[7]] += cell[12] - cell[13]
  }
  END { print entries + 0, skipped + 0; for (client in sum) printf "%s %.2f\n", client, sum[client] }`;

async function factsOf(path: string): Promise<Facts> {
  const { stdout, code, stderr } = await run('awk', [COUNT, path], { env: { LC_ALL: 'C' } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [first = '', ...rest] = stdout.trim().split('\n');
  const [entries = 0, skipped = 0] = first.split(' ').map(Number);
  const balances = rest.map((line): [string, number] => {
    const at = line.lastIndexOf(' ');
    // awk prints a sum of floats that cancel as -0.00.
    return [line.slice(0, at), Number(line.slice(at)) + 0];
  });
  balances.sort(([a], [b]) => (a < b ? -1 : 1));
  const amount = balances.reduce((sum, [, balance]) => sum + balance, 0);
  return { entries, skipped, clients: balances.length, amount: Math.round(amount * 100) / 100, balances };
}

/** One file over SFTP into a tenant, the other over FTPS into another. */
async function expectImported(paths: readonly string[]): Promise<void> {
  const tenants = ['sftp', 'ftps'];
  const world = await openServer({ tenants });
  const sql = openSql(world.cli);
  for (const [i, path] of paths.entries()) {
    const tenant = tenants[i] ?? '';
    const name = basename(path);
    await copyFile(path, world.client.file(name));
    const sent = await (tenant === 'sftp'
      ? world.sftp([`put "${name}"`], tenant)
      : world.curl(`/${name}`, ['-T', name], tenant));
    expect(sent).toMatchObject({ code: 0 });
    const facts = await factsOf(path);
    expect(facts.entries).toBeGreaterThan(0);

    const [sync] = await syncsOf(world.cli, tenant, 1);
    expect(sync?.state).toBe('applied');
    expect(sync?.files.find(({ dataset }) => dataset === 'ecritures')).toMatchObject({
      ...{ name, read: facts.entries + facts.skipped, inserted: facts.entries, skipped: facts.skipped },
      ...{ rejected: 0, duplicate: 0 },
    });
    expect(sync?.files.find(({ dataset }) => dataset === 'clients')).toMatchObject({ name, inserted: facts.clients });
    const stored = await sql<{ client_code: string; amount: number }[]>`
      select client_code, sum(amount)::float8 as amount from ecritures where tenant_id = ${tenant}
      group by 1 order by client_code collate "C"`;
    expect(stored.map(({ client_code, amount }) => [client_code, amount])).toEqual(facts.balances);
    const [row] = await sql`
      select (select count(*)::int from ecritures where tenant_id = ${tenant}) as entries,
             (select count(*)::int from clients where tenant_id = ${tenant}) as clients,
             (select sum(amount)::float8 from ecritures where tenant_id = ${tenant}) as amount`;
    expect(row).toEqual({ entries: facts.entries, clients: facts.clients, amount: facts.amount });
  }
}

const clientsThere = has('sftp') && has('curl') && has('awk');

it.skipIf(!clientsThere)('imports two whole FEC with the counts and sums that awk finds', async () => {
  await expectImported(await Promise.all(fecSamples.map(unpackFec)));
});

it.skipIf(!clientsThere)('imports the trimmed FEC with the counts and sums that awk finds', async () => {
  await expectImported(trimmed);
});
