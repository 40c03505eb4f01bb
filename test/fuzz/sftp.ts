import ssh2 from 'ssh2';
import type { Dice } from '../torture/dice.ts';
import { PASSWORD } from '../torture/senders.ts';
import { framed, packet, string, uint32, uint64 } from '../sftp/packets.ts';
import { type Attack, type Field, anAddress, inTime, shown } from './attack.ts';
import { mutate } from './mutate.ts';

const PACKETS = 32;
const init = framed(Buffer.from([1, 0, 0, 0, 3]));

/** Packets of every type with anything in them, whole and broken, on the channel of somebody who signed in. */
export const sftp: Attack = {
  name: 'SFTP after sign-in',
  share: 20,
  begin(field, dice) {
    let session: Session | undefined;
    return Promise.resolve({
      async round() {
        if (!session || session.isOver()) {
          session?.close();
          session = await signIn(field, dice);
        }
        const packets = Array.from({ length: PACKETS }, () => anyPacket(dice));
        const isBroken = dice.below(3) === 0;
        const bytes = Buffer.concat(packets.map((body) => framed(body)));
        await session.say(isBroken ? mutate(bytes, dice) : bytes, isBroken);
        return PACKETS;
      },
      close: () => session?.close(),
    });
  },
};

interface Session {
  say(bytes: Buffer, isBroken: boolean): Promise<void>;
  isOver(): boolean;
  close(): void;
}

async function signIn({ ports, tenants }: Field, dice: Dice): Promise<Session> {
  const client = new ssh2.Client();
  let over = false;
  const ended = new Promise<void>((resolve) => {
    client
      .on('error', () => undefined)
      .once('close', () => {
        over = true;
        resolve();
      });
  });
  const channel = await inTime(
    new Promise<ssh2.ClientChannel>((resolve, reject) => {
      client
        .once('error', reject)
        .once('ready', () => client.subsys('sftp', (error, opened) => (error ? reject(error) : resolve(opened))));
      const to = { host: '127.0.0.1', port: ports.sftp, localAddress: anAddress(dice), readyTimeout: 0 };
      client.connect({ ...to, username: `${dice.pick(tenants)}-export`, password: PASSWORD });
    }),
    () => 'signing in over SFTP',
  );
  let heard: () => void = () => undefined;
  let tail = Buffer.alloc(0);
  const last = uint32(0x7ffffffe);
  channel.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-64 << 10);
    if (tail.includes(last)) heard();
  });
  channel.stderr.resume();
  channel
    .on('error', () => undefined)
    .once('close', () => {
      over = true;
      client.end();
    });
  channel.write(init);
  return {
    /** A last request whose answer shows that what came before it was read; after broken packets we hang up ourselves. */
    async say(bytes, isBroken) {
      tail = Buffer.alloc(0);
      const answered = new Promise<void>((resolve) => (heard = resolve));
      channel.write(bytes);
      if (isBroken) channel.end();
      else channel.write(framed(packet(16, 0x7ffffffe, string('/'))));
      await inTime(Promise.race([answered, ended]), () => `SFTP packets ${shown(bytes)}`);
    },
    isOver: () => over,
    close: () => void client.destroy(),
  };
}

const paths = [
  '/',
  '/a.csv',
  '/a/b.csv',
  '/../x',
  '/reports',
  '/reports/1',
  '',
  '.',
  '/é.csv',
  '/a\0b',
  `/${'a'.repeat(300)}`,
  '//',
  '/a/',
];
const types = [3, 3, 3, 4, 5, 6, 6, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 200, 200];
const extensions = [
  'statvfs@openssh.com',
  'fsync@openssh.com',
  'posix-rename@openssh.com',
  'check-file',
  'check-file-handle',
  'limits@openssh.com',
  'x',
];
const numbers = [0, 1, 2, 3, 4, 8, 16, 26, 100, 255, 4096, 32_768, 262_144, 0x7fffffff, 0xffffffff];

function anyPacket(dice: Dice): Buffer {
  const path = () => string(dice.pick(paths));
  const number = () => uint32(dice.pick(numbers));
  const handle = () => string(dice.below(8) === 0 ? Buffer.alloc(dice.below(20), 7) : uint32(dice.below(6)));
  const offset = () => (dice.below(6) === 0 ? Buffer.alloc(8, 0xff) : uint64(dice.pick(numbers)));
  const fields = [
    path,
    number,
    handle,
    offset,
    () => string(Buffer.alloc(dice.below(3000), 65)),
    () => string(dice.pick(extensions)),
  ];
  const type = dice.pick(types);
  const id = dice.below(1000);
  const forms: Record<number, () => Buffer[]> = {
    3: () => [path(), uint32(dice.pick([1, 2, 0x1a, 0x0a, 0x3f, 0xff])), uint32(0)],
    4: () => [handle()],
    5: () => [handle(), offset(), number()],
    6: () => [handle(), offset(), string(Buffer.alloc(dice.below(3000), 66))],
    11: () => [path()],
    12: () => [handle()],
    18: () => [path(), path()],
    200: () => [string(dice.pick(extensions)), path(), path(), number()],
  };
  const form = forms[type];
  if (form && dice.below(4) > 0) return packet(type, id, ...form());
  return packet(type, id, ...Array.from({ length: dice.below(5) }, () => dice.pick(fields)()));
}
