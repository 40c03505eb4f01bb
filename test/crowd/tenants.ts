import { setTimeout as pause } from 'node:timers/promises';
import type postgres from 'postgres';
import { median } from '../../bench/median.ts';
import { query } from '../torture/server.ts';
import { failures, inLanes, type Outcome, type Scenario } from './scenario.ts';
import { makeTenant, type Place } from './site.ts';

const TENANTS = 200;
const ROWS_OF_LARGE = 300_000;
const ROWS_OF_SMALL = 20;
const AT_ONCE = 20;
const LARGE = 'large';
const PATIENCE_MS = 300_000;
/** With the large one beside, a small one waits for at most this many times as long; the short form only tells it. */
const MOST_DELAY = 2;

/** Small tenants that all send at once, by themselves and while one tenant's large file is imported. */
export const tenants: Scenario = {
  name: 'tenants at once',
  settings: () => ({}),
  run: async (place, { of, rounds, say }): Promise<Outcome> => {
    const small = Array.from({ length: of(TENANTS, 10) - 1 }, (_, i) => `small-${i}`);
    const rows = of(ROWS_OF_LARGE, 10_000);
    const made = await inLanes(small.length, AT_ONCE, (i) => makeTenant(place, small[i] ?? '', 'each'));
    await makeTenant(place, LARGE, 'each');
    const wrong = failures('making tenants', made);
    const waits = { alone: [] as number[], beside: [] as number[] };
    const large: number[] = [];
    // The first one starts the reading thread and fills the caches.
    await round(place, small, 0);
    for (let i = 1; i <= rounds * 2; i++) {
      const isBeside = i % 2 === 0;
      const took = await round(place, small, i, isBeside ? rows : undefined);
      (isBeside ? waits.beside : waits.alone).push(...took.small);
      if (took.large !== undefined) large.push(took.large);
      say(`${isBeside ? 'beside the large one' : 'alone'}: ${told(took.small)}, large ${took.large ?? '–'}`);
    }
    const times = median(waits.beside) / median(waits.alone);
    if (times > MOST_DELAY && rounds > 1) wrong.push(`small tenants wait ${times.toFixed(2)} times as long`);
    return {
      figures: [
        [`${small.length} small tenants at once, acknowledged to applied`, told(waits.alone)],
        [`… beside one of ${rows} rows`, `${told(waits.beside)} (${times.toFixed(2)} ×)`],
        ['… the large one', told(large)],
      ],
      wrong,
    };
  },
};

const told = (seconds: number[]): string =>
  `${median(seconds).toFixed(2)} s, at most ${Math.max(...seconds).toFixed(2)}`;

interface Took {
  /** Seconds from the acknowledgement to the end of the sync. */
  small: number[];
  large: number | undefined;
}

/** All send; over once everything is applied. @param rows of the large one, whose sync has begun before the others send */
async function round(place: Place, small: readonly string[], number: number, rows?: number): Promise<Took> {
  return query(place.site, async (sql) => {
    const [last] = await sql`select coalesce(max(id), 0)::int as id from syncs`;
    const since = Number(last?.['id']);
    const count = small.length + (rows === undefined ? 0 : 1);
    if (rows !== undefined) {
      await send(place, LARGE, number, rows);
      await when(async () => (await sql`select from syncs where id > ${since} and state = 'running'`).length > 0);
    }
    const sent = await inLanes(small.length, AT_ONCE, (i) => send(place, small[i] ?? '', number, ROWS_OF_SMALL));
    const [reason] = failures('upload', sent);
    if (reason !== undefined) throw new Error(reason);
    await when(async () => (await applied(sql, since)).length >= count);
    const seconds = new Map((await applied(sql, since)).map(({ tenant, seconds }) => [tenant, seconds]));
    return { small: small.map((id) => seconds.get(id) ?? NaN), large: seconds.get(LARGE) };
  });
}

interface Applied {
  tenant: string;
  seconds: number;
}

/** @throws where a sync came to anything else */
async function applied(sql: postgres.Sql, since: number): Promise<Applied[]> {
  const rows = await sql<{ tenant: string; state: string; seconds: number }[]>`
    select s.tenant_id as tenant, s.state, extract(epoch from s.finished_at - u.received_at)::float8 as seconds
    from syncs s join uploads u on u.tenant_id = s.tenant_id and u.sync_id = s.id where s.id > ${since}`;
  const odd = rows.find(({ state }) => !['queued', 'running', 'applied'].includes(state));
  if (odd) throw new Error(`a sync of ${odd.tenant} is ${odd.state}`);
  return rows.filter(({ state }) => state === 'applied');
}

async function when(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not all syncs were applied within ${PATIENCE_MS} ms`);
    await pause(200);
  }
}

/** Clients of whom each round says something else. */
async function send({ ports, key }: Place, tenant: string, round: number, rows: number): Promise<void> {
  const lines = Array.from({ length: rows }, (_, i) => `C${i};Client ${i} de ${tenant};30000;Nîmes ${round}`);
  const answer = await fetch(`http://127.0.0.1:${ports.http}/v1/tenants/${tenant}/uploads/clients.csv`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' },
    body: `Code client;Raison sociale;CP;Ville\r\n${lines.join('\r\n')}\r\n`,
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}
