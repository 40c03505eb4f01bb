import { connect, type Socket } from 'node:net';
import { median } from '../../bench/median.ts';
import { anAddress } from '../fuzz/attack.ts';
import type { Dice } from '../torture/dice.ts';
import { bytesOf, failures, inLanes, type Outcome, type Scenario } from './scenario.ts';
import { type Account, protocols, signIn } from './sessions.ts';
import { doorsAlone, makeSender, type Place } from './site.ts';

const SILENT = 1000;
const UPLOADS = 200;
const PEOPLE = 4;
const SIZE = 20_000;
const AGAIN_MS = 1000;
/** Longer than anybody should wait for one small file, whoever else is there. */
const BOUND_MS = 30_000;

/** Connections that say nothing, with the usual limits, while people sign in and upload. */
export const silent: Scenario = {
  name: 'silent connections',
  settings: () => doorsAlone,
  run: async (place, { of, dice, say }): Promise<Outcome> => {
    const accounts = await makeSender(place, 'people');
    const uploads = of(UPLOADS, 10);
    await work(uploads, accounts, dice);
    const alone = await work(uploads, accounts, dice);
    const crowd = hold(place, of(SILENT, 20), dice);
    await crowd.there;
    say(`${crowd.open()} silent connections are open`);
    const beside = await work(uploads, accounts, dice);
    const open = crowd.open();
    const { called } = crowd;
    crowd.end();
    const told = ({ ms }: Worked) => `${median(ms).toFixed(0)} ms, at most ${Math.max(...ms).toFixed(0)}`;
    const wrong = [...alone.wrong, ...beside.wrong];
    const slowest = Math.max(...beside.ms);
    if (slowest > BOUND_MS) wrong.push(`an upload took ${slowest.toFixed(0)} ms beside the silent ones`);
    return {
      figures: [
        [`${uploads} sign-ins with an upload, nobody else there`, told(alone)],
        [`… beside ${of(SILENT, 20)} silent connections (${open} held, ${called()} calls)`, told(beside)],
        ['… failures', `${wrong.length}`],
      ],
      wrong,
    };
  },
};

interface Worked {
  ms: number[];
  wrong: string[];
}

/** Signs in, uploads and leaves, by each door in turn. */
async function work(uploads: number, accounts: Record<'sftp' | 'ftps', Account>, dice: Dice): Promise<Worked> {
  const bytes = bytesOf(SIZE, dice);
  const settled = await inLanes(uploads, PEOPLE, async (i) => {
    const protocol = protocols[i % 2] ?? 'sftp';
    const began = performance.now();
    const session = await signIn[protocol](accounts[protocol]);
    try {
      await session.put(`f${i}.bin`, bytes);
    } finally {
      session.close();
    }
    return performance.now() - began;
  });
  return {
    ms: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    wrong: failures('upload', settled),
  };
}

/** Each calls again a second after it was shown out. */
function hold({ ports }: Place, count: number, dice: Dice) {
  const sockets = new Set<Socket>();
  let isOver = false;
  let calls = 0;
  const call = (i: number): Promise<void> =>
    new Promise((resolve) => {
      const localAddress = anAddress(dice);
      const port = [ports.sftp, ports.ftp, ports.ftps, ports.http][i % 4] ?? ports.sftp;
      const socket = connect({ host: '127.0.0.1', port, localAddress });
      calls++;
      sockets.add(socket);
      socket
        .once('connect', resolve)
        .on('error', () => undefined)
        .once('close', () => {
          sockets.delete(socket);
          resolve();
          if (!isOver) setTimeout(() => void call(i), AGAIN_MS).unref();
        })
        .resume();
    });
  const there = Promise.all(Array.from({ length: count }, (_, i) => call(i)));
  return {
    there,
    open: () => [...sockets].filter(({ readyState }) => readyState === 'open').length,
    called: () => calls,
    end() {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
