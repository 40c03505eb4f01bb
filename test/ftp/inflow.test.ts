import { type Socket, connect, createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import pino from 'pino';
import { pooledInflow } from '../../src/ftp/inflow.ts';
import { dataSocket } from '../../src/ftp/passive-ports.ts';
import { behindProxies } from '../../src/proxied/arrivals.ts';

const HEADER = 'PROXY TCP4 198.51.100.7 127.0.0.1 5555 21\r\n';

/** A data connection that came through a proxy, once all that the client sent is there. */
async function arrived(sent: string): Promise<Socket> {
  const arrivals = behindProxies(['127.0.0.1/32'], pino({ level: 'silent' }));
  const server = createServer({ ...dataSocket, pauseOnConnect: true });
  onTestFinished(() => void server.close());
  const taken = new Promise<Socket>((resolve) => {
    server.on('connection', (socket) => arrivals(socket, () => resolve(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as { port: number }).port, '127.0.0.1');
  onTestFinished(() => void client.destroy());
  const sentAll = new Promise<void>((resolve) => client.end(`${HEADER}${sent}`, resolve));
  const socket = await taken;
  await sentAll;
  // The session's 150 goes out meanwhile: the end is here before anybody reads.
  for (let turn = 0; turn < 50; turn++) await setImmediate();
  return socket;
}

it.each(['', 'a;b\n1;2\n', 'x'.repeat(300_000)])(
  'what ends right behind a proxy’s header is read whole, and its end is seen',
  async (sent) => {
    const { socket, onChunk, endedWell } = pooledInflow(await arrived(sent));
    let got = '';
    onChunk((chunk, release) => {
      got += chunk.toString();
      release();
    });
    socket.resume();
    if (!socket.readableEnded) await new Promise((resolve) => socket.once('end', resolve));
    expect([got.length, got === sent, endedWell()]).toEqual([sent.length, true, true]);
    socket.destroy();
  },
);
