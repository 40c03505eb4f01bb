import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/clients.ts';
import { diceOf } from '../torture/dice.ts';
import { PASSWORD } from '../torture/senders.ts';
import { command, holds, startServer, type Server, type Site } from '../torture/server.ts';
import { api } from './api.ts';
import { type Attack, Fault, type Field } from './attack.ts';
import { beforeSignIn } from './before-sign-in.ts';
import { files } from './files.ts';
import { ftp } from './ftp.ts';
import { sftp } from './sftp.ts';

const attacks: readonly Attack[] = [...beforeSignIn, ftp, sftp, api, files];
export const attackNames = attacks.map(({ name }) => name);

/** Those whom senders attack, and those whom the API's attacker may delete. */
const STAYING = ['nord', 'sud'];
const LEAVING = ['est', 'ouest'];

/** What a server may hold more of at the end than after the first tenth. */
const MORE_DESCRIPTORS = 16;
const MORE_MB = 128;
const MOST_FAULTS = 20;

export interface Options {
  seed: number;
  inputs: number;
  /** One attack alone. */
  only?: string | undefined;
  say?: (text: string) => void;
}

export interface Campaign {
  inputs: Record<string, number>;
  wrong: string[];
  before: Held;
  after: Held;
}

interface Held {
  descriptors: number;
  rssMb: number;
}

/** Sends a server anything, by every way in, and judges what it answers and what it holds. */
export async function campaign({ seed, inputs, only, say = () => undefined }: Options): Promise<Campaign> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-fuzz-'));
  await chmod(folder, 0o755);
  const site = await prepare(folder);
  const server = startServer(site);
  try {
    const field = await open(site, server);
    return await attackAll(server, field, { seed, inputs, only, say });
  } finally {
    server.signal('SIGTERM');
    await server.ended;
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(folder: string): Promise<Site> {
  const { PATH = '', HOME = '/' } = process.env;
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const free = Object.fromEntries(['SFTP', 'FTP', 'FTPS', 'HTTP'].map((door) => [`ARRIVAGE_${door}_PORT`, '0']));
  const env = {
    ...{ PATH, HOME, LC_ALL: 'C.UTF-8', TMPDIR: temporary, ...free },
    ARRIVAGE_DATA: join(folder, 'data'),
    ARRIVAGE_LOG_LEVEL: 'error',
    ARRIVAGE_MAX_REQUESTS_PER_MINUTE: '1000000',
    ARRIVAGE_LOGIN_SECONDS: '5',
  };
  return { data: env.ARRIVAGE_DATA, env };
}

async function open(site: Site, server: Server): Promise<Field> {
  const ports = await server.serves;
  const { key } = await command<{ key: string }>(site, ['key', 'create', '--scope', 'operator', '--name', 'fuzz']);
  const field = { site, ports, key, tenants: STAYING, leaving: LEAVING };
  for (const tenant of [...STAYING, ...LEAVING]) {
    await made(field, 'tenants', { id: tenant, name: tenant, state: 'live', trigger: 'each' });
    const credential = { username: `${tenant}-export`, password: PASSWORD, allowCleartextFtp: true };
    await made(field, `tenants/${tenant}/credentials`, credential);
  }
  return field;
}

async function made({ ports, key }: Field, path: string, body: object): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${ports.http}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

async function attackAll(
  server: Server,
  field: Field,
  { seed, inputs, only, say }: Required<Omit<Options, 'only'>> & Options,
): Promise<Campaign> {
  const chosen = attacks.filter(({ name }) => only === undefined || name === only);
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  const sent: Record<string, number> = {};
  const wrong: string[] = [];
  const dice = diceOf(seed);
  const phase = (part: number) =>
    Promise.all(
      chosen.map(async (attack) => {
        const most = Math.ceil((inputs * part * attack.share) / shares);
        sent[attack.name] =
          (sent[attack.name] ?? 0) + (await attackBy(attack, most, { server, field, dice: dice.fork(), wrong, say }));
      }),
    );
  await phase(0.1);
  const before = held(server);
  await phase(0.9);
  const isFlat = () => {
    const { descriptors, rssMb } = held(server);
    return descriptors <= before.descriptors + MORE_DESCRIPTORS && rssMb <= before.rssMb + MORE_MB;
  };
  const flat = await until('descriptors and memory are where they were', isFlat, 60_000).then(
    () => true,
    () => false,
  );
  const after = held(server);
  if (!flat) wrong.push(`the server holds more than before: ${JSON.stringify({ before, after })}`);
  wrong.push(...server.stderr().split('\n').filter(Boolean).slice(0, MOST_FAULTS));
  return { inputs: sent, wrong, before, after };
}

interface Front {
  server: Server;
  field: Field;
  dice: ReturnType<typeof diceOf>;
  wrong: string[];
  say: (text: string) => void;
}

async function attackBy(attack: Attack, inputs: number, { server, field, dice, wrong, say }: Front): Promise<number> {
  const { name } = attack;
  let attacker = await attack.begin(field, dice);
  let sent = 0;
  while (sent < inputs && wrong.length < MOST_FAULTS) {
    if (server.isOver()) throw new Error(`the server ended under "${name}":\n${server.stderr().slice(-20_000)}`);
    try {
      sent += await attacker.round();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      wrong.push(`${name}: ${error.message}`);
      attacker.close();
      attacker = await attack.begin(field, dice);
    }
  }
  attacker.close();
  say(`${name}: ${sent}`);
  return sent;
}

function held({ pid }: Server): Held {
  if (process.platform !== 'linux') return { descriptors: 0, rssMb: 0 };
  const { descriptors, rss } = holds(pid);
  return { descriptors, rssMb: Math.round(rss / 2 ** 20) };
}
