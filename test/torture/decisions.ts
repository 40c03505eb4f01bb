import type { Dice } from './dice.ts';
import { PASSWORD } from './senders.ts';
import { query, type Site } from './server.ts';

/** What the operator's key was told, so that it can be asked whether it was true. */
export interface Decided {
  tenant: string;
  sync: number;
  kind: 'discard' | 'revert' | 'replay';
  /** The sync that a revert or a replay made. */
  made: number;
}

export interface Operator {
  /** One call of the API; `undefined` where it was not done, or nobody knows. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown } | undefined>;
}

export function operator(port: () => number | undefined, key: string): Operator {
  return {
    async call(method, path, body) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port() ?? 1}/v1${path}`, {
          method,
          headers: {
            authorization: `Bearer ${key}`,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(30_000),
        });
        const text = await answer.text();
        return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
      } catch {
        return undefined;
      }
    },
  };
}

interface ListedSync {
  id: number;
  state: string;
}

/** Applied syncs that are never undone, so that the clients of the first file stay. */
const KEPT = 4;

/** One decision about the tenant's syncs, if there is one to be made. */
export async function decide(
  by: Operator,
  tenant: string,
  dice: Dice,
  kinds: readonly ('held' | 'revert' | 'replay' | 'request')[] = ['held', 'held', 'revert', 'replay', 'request'],
): Promise<Decided | undefined> {
  const kind = dice.pick(kinds);
  if (kind === 'request') {
    await by.call('POST', `/tenants/${tenant}/syncs`, { force: dice.below(2) === 0 });
    return undefined;
  }
  const state = kind === 'held' ? 'held' : 'applied';
  const listed = await by.call('GET', `/tenants/${tenant}/syncs?state=${state}&limit=20`);
  const items = listed?.status === 200 ? (listed.body as { items: ListedSync[] }).items : [];
  if (items.length < (kind === 'held' ? 1 : KEPT + 1)) return undefined;
  const { id } = kind === 'revert' ? (items[0] as ListedSync) : dice.pick(items.slice(0, 5));
  const action = kind === 'held' ? dice.pick(['approve', 'approve', 'discard'] as const) : kind;
  const done = await by.call('POST', `/syncs/${id}/${action}`);
  if (!done || done.status > 299 || action === 'approve') return undefined;
  return { tenant, sync: id, kind: action, made: (done.body as ListedSync).id };
}

/** A live tenant that imports each file by itself, and its credential; tried until it is there. */
export async function makeTenant(by: Operator, id: string, isOver: () => boolean): Promise<void> {
  const live = { state: 'live', trigger: 'each' };
  await insist(isOver, async () => {
    const made = await by.call('POST', '/tenants', { id, name: id, ...live });
    return made?.status === 201 || made?.status === 409;
  });
  const credential = { username: `${id}-export`, password: PASSWORD, allowCleartextFtp: true };
  await insist(isOver, async () => {
    const made = await by.call('POST', `/tenants/${id}/credentials`, credential);
    return made?.status === 201 || made?.status === 409;
  });
}

/** Until it is gone. */
export async function deleteTenant(by: Operator, id: string, isOver: () => boolean): Promise<void> {
  await insist(isOver, async () => {
    const { status } = (await by.call('DELETE', `/tenants/${id}`)) ?? {};
    return status === 204 || status === 404;
  });
}

async function insist(isOver: () => boolean, work: () => Promise<boolean>): Promise<void> {
  while (!isOver() && !(await work())) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** Makes what is finished as old as a year, so that the next sweep purges it. */
export async function age(site: Site): Promise<void> {
  await query(
    site,
    (sql) => sql`
      with old as (
        update syncs set created_at = created_at - interval '1 year', started_at = started_at - interval '1 year',
          finished_at = finished_at - interval '1 year'
        where state in ('applied', 'discarded', 'failed', 'unchanged') and finished_at < now() - interval '10 seconds'
          and finished_at > now() - interval '1 hour' and id % 3 = 0
        returning tenant_id, id)
      update uploads u set received_at = u.received_at - interval '1 year' from old
      where u.tenant_id = old.tenant_id and u.sync_id = old.id and u.state = 'gathered'
        and u.door <> 'drop'`,
  );
}
