import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { run } from '../support/clients.ts';
import { hasHaproxy, startHaproxy } from '../support/haproxy.ts';
import { freeRange } from '../support/ports.ts';
import { openServer, openSql, PASSWORD, type ServerWorld } from './server-world.ts';

const CLIENT = '127.0.0.9';
const PROXY = '127.0.0.2';

/** A server behind HAProxy, whose tenant signs in from `CLIENT` only. */
async function openBehind(header: 'send-proxy' | 'send-proxy-v2'): Promise<ServerWorld> {
  const { from, to } = await freeRange(8);
  const world = await openServer({
    tenants: ['acme'],
    env: async (cli) => {
      await cli.json(['credential', 'add', 'acme', 'acme-afar', '--ip', CLIENT, '--password-stdin'], PASSWORD);
      return {
        ARRIVAGE_PROXIES: '127.0.0.1',
        ARRIVAGE_PUBLIC_HOST: PROXY,
        ARRIVAGE_PASSIVE_PORTS: `${from}-${to}`,
      };
    },
  });
  const { sftp, ftp, ftps } = world.ports;
  const doors = [sftp, ftp, ftps].map((port) => ({
    ...{ listen: `${PROXY}:${port}`, to: `127.0.0.1:${port}`, options: `${header} check inter 200ms` },
  }));
  const data = { listen: `${PROXY}:${from}-${to}`, to: '127.0.0.1', options: header };
  await startHaproxy([...doors, data], { host: PROXY, port: sftp });
  return world;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!hasHaproxy)('behind HAProxy', () => {
  it.each(['send-proxy', 'send-proxy-v2'] as const)(
    'clients are known by their own address, with %s',
    async (header) => {
      const world = await openBehind(header);
      const { ports, client } = world;
      const content = randomBytes(3 * 2 ** 20 + 17);
      await client.write('a.csv', content);
      await client.write('none.csv', '');
      const user = ['-sS', '-k', '--interface', CLIENT, '--user', `acme-afar:${PASSWORD}`];
      const curl = (...args: string[]) => run('curl', [...user, ...args], { cwd: client.folder });
      const ways = [`sftp://${PROXY}:${ports.sftp}/`, `ftps://${PROXY}:${ports.ftps}/`];

      for (const [i, way] of [...ways, `ftp://${PROXY}:${ports.ftp}/`].entries())
        expect(await curl('--ssl-reqd', '-T', 'a.csv', `${way}a${i}.csv`), way).toMatchObject({ code: 0 });
      expect(await curl('--ssl-reqd', '-T', 'none.csv', `ftp://${PROXY}:${ports.ftp}/none.csv`)).toMatchObject({
        code: 0,
      });
      expect(await curl('--ssl-reqd', '-o', 'b.csv', `ftp://${PROXY}:${ports.ftp}/a0.csv`)).toMatchObject({ code: 0 });
      expect(sha256(await client.read('b.csv'))).toBe(sha256(content));

      const sql = openSql(world.cli);
      expect(await sql`select path, size::float8 as size, sha256 from uploads order by path`).toMatchObject([
        ...[0, 1, 2].map((i) => ({ path: `/a${i}.csv`, size: content.length, sha256: sha256(content) })),
        { path: '/none.csv', size: 0 },
      ]);
      const from = await sql`select distinct detail->>'address' as address from audit where action = 'sign_in'`;
      expect(from.map(({ address }) => address as string)).toEqual([CLIENT]);
    },
  );

  it('whoever comes from the proxy’s address and names no client is cut, with a line in the log', async () => {
    const { ports, server } = await openBehind('send-proxy');
    for (const port of [ports.sftp, ports.ftp]) {
      const socket = connect(port, '127.0.0.1');
      socket.write('SSH-2.0-direct\r\n');
      const said = await new Promise<string>((resolve) => {
        let text = '';
        socket.on('data', (chunk) => (text += chunk.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(text));
      });
      expect(said).toBe('');
    }
    expect(server.stdout() + server.stderr()).toContain('connection of a proxy cut');
  });
});
