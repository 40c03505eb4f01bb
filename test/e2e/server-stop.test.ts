import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { has, until } from '../support/clients.ts';
import { openServer, startServer, syncsOf } from './server-world.ts';

vi.setConfig({ testTimeout: 180_000 });

const ROWS = 20_000;

it.skipIf(!has('curl'))(
  'lets an upload over FTPS finish after SIGTERM, ends with 0, and imports it later',
  async () => {
    const { cli, server, client, curl } = await openServer({ tenants: ['acme'] });
    const lines = Array.from({ length: ROWS }, (_, i) => `C${i};Société ${i};3000${i % 10};Nîmes`);
    await client.write('clients.csv', `Code client;Raison sociale;CP;Ville\r\n${lines.join('\r\n')}\r\n`);
    const uploaded = curl('/clients.csv', ['-T', 'clients.csv', '--limit-rate', '200K']);
    await until('bytes arrive', async () => (await partialsOf(join(cli.folder, 'data/spool'))) > 0, 30_000);
    server.signal('SIGTERM');
    expect(await uploaded).toMatchObject({ code: 0 });
    expect(await server.ended).toBe(0);

    await startServer(cli);
    const syncs = await syncsOf(cli, 'acme', 1);
    expect(syncs.map(({ state, files }) => [state, files[0]?.inserted])).toEqual([['applied', ROWS]]);
  },
);

async function partialsOf(spool: string): Promise<number> {
  const names = await readdir(spool, { recursive: true }).catch(() => []);
  return names.filter((name) => /partial.*[0-9a-f]{8}-/.test(name)).length;
}
