import { connect } from 'node:net';
import type { Dice } from '../torture/dice.ts';
import { PASSWORD } from '../torture/senders.ts';
import { type Attack, type Field, anAddress, inTime, shown } from './attack.ts';
import { mutate } from './mutate.ts';

const COMMANDS = 32;

/** Commands with anything behind them, one after another and many at once, of somebody who signed in. */
export const ftp: Attack = {
  name: 'FTP after sign-in',
  share: 20,
  begin(field, dice) {
    let session: Session | undefined;
    return Promise.resolve({
      async round() {
        if (!session || session.isOver()) {
          session?.close();
          session = await signIn(field, dice);
        }
        for (let i = 0; i < COMMANDS && !session.isOver(); i++) await sayOne(session, dice);
        return COMMANDS;
      },
      close: () => session?.close(),
    });
  },
};

interface Session {
  address: string;
  /** @returns everything that was said to it; empty where the connection ended */
  ask(line: Buffer): Promise<string>;
  isOver(): boolean;
  close(): void;
}

async function signIn({ ports, tenants }: Field, dice: Dice): Promise<Session> {
  const address = anAddress(dice);
  const socket = connect({ port: ports.ftp, host: '127.0.0.1', localAddress: address });
  let text = '';
  let over = false;
  let wake: () => void = () => undefined;
  socket
    .on('error', () => undefined)
    .once('close', () => {
      over = true;
      wake();
    });
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    wake();
  });
  async function heard(what: string): Promise<string> {
    while (!over && !text.includes(what) && !isOut(text)) await new Promise<void>((resolve) => (wake = resolve));
    return text;
  }
  const say = (line: Buffer | string, what: string) => {
    text = '';
    socket.write(Buffer.concat([Buffer.from(line as string), Buffer.from('\r\n')]));
    return inTime(heard(what), () => `FTP command ${shown(line)}, heard ${text}`);
  };
  await inTime(heard('220 '), () => 'the greeting over FTP');
  await say(`USER ${dice.pick(tenants)}-export`, '331 ');
  await say(`PASS ${PASSWORD}`, '230 ');
  let number = 0;
  return {
    address,
    // A file that is not there, by whose name the refusal is known, shows that what came before was dealt with.
    ask(line) {
      const last = `/nothing-${++number}`;
      return say(Buffer.concat([line, Buffer.from(`\r\nSIZE ${last}`)]), last);
    },
    isOver: () => over || isOut(text),
    close: () => socket.destroy(),
  };
}

/** Signed out, as after REIN: nothing is answered as it would be otherwise. */
const isOut = (text: string): boolean => /^530 /m.test(text);

/** With an open data port before most transfers, and on it anything. */
async function sayOne(session: Session, dice: Dice): Promise<void> {
  const verb = dice.pick(verbs);
  const first = transfers.has(verb) && dice.below(4) > 0 ? [Buffer.from('EPSV')] : [];
  const line = Buffer.from(`${verb} ${dice.pick(words)}`);
  const lines = [...first, dice.below(4) === 0 ? oneLine(mutate(line, dice)) : line];
  for (const one of lines) {
    const port = portIn(await session.ask(one));
    if (port !== undefined) await knock(port, session, dice);
  }
}

/** Whoever opens a port is waited for, for longer than an answer takes: so each gets its data connection. */
async function knock(port: number, { address }: Session, dice: Dice): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: address });
  const connected = new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
  socket.on('error', () => undefined).resume();
  await inTime(connected, () => `data connection to port ${port}`);
  if (dice.below(5) === 0) socket.destroy();
  else socket.end(Buffer.alloc(dice.below(5000), 67));
}

function portIn(reply: string): number | undefined {
  const [, extended, high, low] = /\|\|\|(\d+)\||\(\d+,\d+,\d+,\d+,(\d+),(\d+)\)/.exec(reply) ?? [];
  if (extended !== undefined) return Number(extended);
  return high === undefined ? undefined : Number(high) * 256 + Number(low);
}

/** Of one command, and no half of a Telnet command that swallows what comes behind it. */
const oneLine = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.filter((byte) => byte !== 10 && byte !== 13 && byte !== 255));

const transfers = new Set(['STOR', 'APPE', 'RETR', 'LIST', 'NLST', 'MLSD', 'STOU']);
const verbs = [
  ...transfers,
  ...[
    'CWD',
    'CDUP',
    'PWD',
    'MKD',
    'RMD',
    'DELE',
    'RNFR',
    'RNTO',
    'SIZE',
    'MDTM',
    'MFMT',
    'MLST',
    'STAT',
    'SITE',
    'REST',
    'ALLO',
  ],
  ...[
    'TYPE',
    'STRU',
    'MODE',
    'OPTS',
    'FEAT',
    'HELP',
    'NOOP',
    'EPSV',
    'EPRT',
    'PORT',
    'PASV',
    'ABOR',
    'HASH',
    'XSHA256',
    'PROT',
  ],
  ...['PBSZ', 'REIN', 'SYST', 'CLNT', 'XCRC', 'RANG', 'ACCT', 'LANG', 'CSID', 'AVBL'],
];
const words = [
  ...[
    '',
    '/',
    'a.csv',
    'a/b.csv',
    '../../x',
    '/reports',
    '-la /',
    'é.csv',
    'a\0b',
    'A',
    'I',
    'L 8',
    'UTF8 ON',
    'MLST size;',
    'HASH MD5',
  ],
  ...[
    '20261129101112 a.csv',
    '99999999999999 a.csv',
    'UTIME 20261129 a.csv',
    '127,0,0,1,4,1',
    '|1|127.0.0.1|80|',
    '|2|::1|80|',
  ],
  ...['0', '-1', '99999999999999999999', '10 20', 'a'.repeat(3000), '%s%n', '~', '*', 'P', 'C', 'S', 'F', 'R'],
];
