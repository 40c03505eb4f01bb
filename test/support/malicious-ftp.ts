import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Connector } from '../../src/model/connector.ts';
import { basicConnector } from './remotes/daemon.ts';

/** What one command is answered with; a text is sent as it is, nothing at all is silence. */
type Answer = string | ((control: Socket, argument: string) => void);

export interface MaliciousFtp {
  connector: Connector;
  commands: string[];
}

/** What a good server of one file says. `EPSV`, `MLSD` and `RETR` are made below. */
const good: Record<string, Answer> = {
  welcome: '220 ready',
  USER: '331 password',
  PASS: '230 in',
  FEAT: '211-Features:\r\n MLST type*;size*;modify*;\r\n UTF8\r\n211 End',
  TYPE: '200 ok',
  OPTS: '200 ok',
  CWD: '250 ok',
  PWD: '257 "/in"',
  REST: '350 ok',
  QUIT: '221 bye',
};

export interface Misbehaviour {
  /** By command, and `welcome`. */
  answers?: Record<string, Answer>;
  /** Writes what goes over the data connection, and ends it; the 226 follows when it has ended. */
  data?: (data: Socket, command: string) => void;
  afterData?: Answer;
}

/** An FTP server that behaves but for what is given, until the test ends. */
export async function startMaliciousFtp({
  answers = {},
  data,
  afterData = '226 done',
}: Misbehaviour = {}): Promise<MaliciousFtp> {
  const commands: string[] = [];
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const listen = async (serve: (socket: Socket) => void): Promise<number> => {
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      serve(socket);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  const port = await listen((control) => {
    let dataSocket: Promise<Socket> | undefined;
    const passive = async (): Promise<number> => {
      let came: (socket: Socket) => void = () => undefined;
      dataSocket = new Promise((resolve) => (came = resolve));
      return listen((socket) => came(socket));
    };
    const transfer = async (command: string): Promise<void> => {
      control.write('150 here it comes\r\n');
      const socket = await dataSocket;
      if (!socket) return;
      socket.on('close', () => answer(control, afterData, ''));
      if (data) data(socket, command);
      else socket.end(command === 'MLSD' ? 'type=file;size=4;modify=20260329013017; clients.csv\r\n' : 'a;b\n');
    };
    const made: Record<string, Answer> = {
      EPSV: () => void passive().then((number) => control.write(`229 ok (|||${number}|)\r\n`)),
      PASV: () =>
        void passive().then((number) => control.write(`227 ok (10,0,0,1,${number >> 8},${number & 255})\r\n`)),
      MLSD: () => void transfer('MLSD'),
      RETR: () => void transfer('RETR'),
    };
    const all = { ...good, ...made, ...answers };
    let rest = '';
    control.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        commands.push(line);
        const [command = '', ...argument] = line.split(' ');
        answer(control, all[command] ?? '502 unknown', argument.join(' '));
      }
    });
    answer(control, all['welcome'] ?? '', '');
  });
  return { connector: { ...basicConnector, protocol: 'ftp', port, directory: 'in' }, commands };
}

function answer(control: Socket, given: Answer, argument: string): void {
  if (typeof given !== 'string') given(control, argument);
  else if (given !== '' && control.writable) control.write(`${given}\r\n`);
}

/** Writes the same again and again, as long as the other side takes it. */
export function endlessly(socket: Socket, text: string): void {
  const block = text.repeat(Math.ceil(16_384 / text.length));
  const more = (): void => {
    while (socket.writable && socket.write(block));
  };
  socket.on('drain', more);
  more();
}
