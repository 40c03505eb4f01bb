import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { until } from '../support/clients.ts';
import { type FtpWorld, ftpWorld } from '../support/ftp-world.ts';
import { sharedDatabase } from '../support/server.ts';
import { type RawClient, dial, passivePort, signedIn } from './raw-client.ts';

const database = sharedDatabase();
const TIMES = 12;

const descriptors = (): number => readdirSync('/proc/self/fd').length;

/** What leaves a data connection behind that is opened and not used. */
const ways: [string, (client: RawClient) => Promise<unknown>][] = [
  ['RETR of a file that is not there', (client) => client.ask('RETR nothing.csv')],
  ['RETR beyond the end', async (client) => [await client.ask('REST 99'), await client.ask('RETR nothing.csv')]],
  ['RETR without a name', (client) => client.ask('RETR')],
  ['STOR without a name', (client) => client.ask('STOR')],
  ['STOR of a name that is refused', (client) => client.ask('STOR a\\b')],
  ['STOR onto a folder', async (client) => [await client.ask('MKD sub'), await client.ask('STOR sub')]],
  ['APPE beyond the end', async (client) => [await client.ask('REST 99'), await client.ask('APPE x.csv')]],
  ['MLSD of a folder that is refused', (client) => client.ask('MLSD a\\b')],
  ['a second EPSV', (client) => client.ask('EPSV')],
  ['a second PASV', (client) => client.ask('PASV')],
  ['ABOR', async (client) => [await client.ask('ABOR'), await client.ask('EPSV')]],
  ['data in clear where TLS is asked for', async (client) => [await client.ask('PROT C'), await client.ask('LIST')]],
  ['a handshake that fails', handshakeFails],
];

async function handshakeFails(client: RawClient): Promise<void> {
  const data = await dial(await passivePort(client));
  client.write('LIST\r\n');
  await client.reply();
  data.end('this is no ClientHello');
  expect(await client.reply()).toMatch(/^4/);
}

/** Opens a data connection, which the client keeps open where it is impolite. */
async function openData(client: RawClient, polite: boolean): Promise<void> {
  const data = await dial(await passivePort(client));
  if (polite) data.end();
}

const world = (): Promise<FtpWorld> => ftpWorld({ database: database() });

async function settled(most: number): Promise<void> {
  await until(`at most ${most} descriptors are open, not ${descriptors()}`, () =>
    Promise.resolve(descriptors() <= most),
  );
}

describe('a data connection that is opened and not used', () => {
  it.each(ways)('is closed after %s, with the session open', async (_, act) => {
    const { port } = await world();
    const client = await signedIn(port, 'TLS');
    await act(client);
    await client.ask('EPSV');
    const before = descriptors();
    for (let i = 0; i < TIMES; i++) {
      await openData(client, i % 2 === 0);
      await act(client);
    }
    await client.ask('EPSV');
    await settled(before + 1);
    expect(await client.ask('NOOP')).toMatch(/^200/);
  });

  it.each([
    ['QUIT', (client: RawClient) => client.write('QUIT\r\n')],
    ['REIN', (client: RawClient) => client.write('REIN\r\nQUIT\r\n')],
    ['a reset', (client: RawClient) => client.socket.resetAndDestroy()],
    ['a control connection that ends', (client: RawClient) => client.socket.destroy()],
    ['a line without an end', (client: RawClient) => client.write('x'.repeat(100_000))],
    ['RETR of a missing file and QUIT', (client: RawClient) => client.write('RETR nothing\r\nQUIT\r\n')],
  ])('is closed after %s', async (_, end) => {
    const { port } = await world();
    const before = descriptors();
    for (let i = 0; i < TIMES; i++) {
      const client = await signedIn(port);
      await openData(client, i % 2 === 0);
      end(client);
      await client.closed;
    }
    await settled(before + 1);
  });

  it('is closed after REIN while the control connection stays', async () => {
    const { port } = await world();
    const client = await signedIn(port);
    const data = await dial(await passivePort(client));
    data.resume();
    const closed = new Promise((resolve) => data.once('close', resolve));
    expect(await client.ask('REIN')).toMatch(/^220/);
    data.end();
    await closed;
    expect(await client.ask('NOOP')).toMatch(/^200/);
  });
});

/** The connections of this process from a local port, with their timers (Linux, `Documentation/networking/proc_net_tcp`). */
function timerOf(localPort: number): string | undefined {
  const hex = localPort.toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const fields = lines.map((line) => line.trim().split(/\s+/)).find((each) => each[2]?.endsWith(`:${hex}`));
  return fields?.[5]?.slice(0, 2);
}

describe('a control connection', () => {
  it.each(['clear', 'TLS'] as const)('is kept alive by TCP while nothing moves on it (%s)', async (way) => {
    const { port } = await world();
    const client = await signedIn(port, way);
    const own = (client.socket as { localPort?: number }).localPort ?? 0;
    // 2: the keep-alive timer runs. The door's end is the line whose remote port is ours.
    await until('only the keep-alive timer runs', () => Promise.resolve(timerOf(own) === '02'));
  });
});
