import { randomUUID, timingSafeEqual } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { type Database, reachable } from '../db/client.ts';
import {
  type SignIn,
  accessOf,
  anyoneResumes,
  findSignIn,
  signInAddresses,
  withoutAccess,
} from '../db/queries/access/sign-in.ts';
import { ArrivageError, type ErrorCode } from '../errors.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Events } from '../events.ts';
import type { Log } from '../log.ts';
import { penaltyGroup, plainAddress } from '../base/address.ts';
import { once } from '../base/once.ts';
import { openAuditLog } from './audit-log.ts';
import { refusalOf } from './authorize.ts';
import { openSharedPenalties } from './bans.ts';
import { verifyPassword } from './password.ts';
import { openPlaces } from './places.ts';
import { openJudging } from './judging.ts';
import { openSessionPlaces } from './session-places.ts';
import { tellTurnedAway } from './turned-away.ts';
import { seldom } from './seldom.ts';
import { openResumption } from './resumption.ts';
import { watchRevocation } from './revocation.ts';
import type { Admission, Gate, Session } from './session.ts';

const LONGEST_USERNAME = 256;
const PATIENCE_MS = 5000;
const TURN_MS = 250;

export interface GateOptions {
  database: Database;
  limits: Pick<Config['limits'], 'connections' | 'connectionsPerAddress' | 'sessionsPerTenant'>;
  log: Log;
  events: Pick<Events, 'emit'>;
  now: () => number;
  /** Holds a refused sign-in back; a test passes its own. */
  wait?: (ms: number) => Promise<unknown>;
}

/** A wrong password or key, and how late it is answered. */
interface Failure {
  delayMs: number;
}

export interface OpenGate extends Gate {
  /** Lets nobody in any more: `shutting_down`. */
  shut(): void;
  /** Writes the audit that still waits, and gives places back. */
  close(): Promise<void>;
}

/**
 * The gate over the database's credentials; see `Gate`. Penalties and sessions of a tenant count over all processes, since
 * neither a guesser nor a tenant shall gain by their number; connections count in this one, whose memory they take.
 */
export function openGate({ database, limits, log, events, now, wait = pause }: GateOptions): OpenGate {
  const penalties = openSharedPenalties({ database, log, now, side: 'doors' });
  const places = openPlaces(limits, { now });
  const sessions = openSessionPlaces({ database, log, sessionsPerTenant: limits.sessionsPerTenant });
  const judging = openJudging();
  const tellRefused = seldom(now);
  const refusedConnection = tellTurnedAway(events, log, now);
  const auditLog = openAuditLog(database, log);
  const revocation = watchRevocation((ids) => withoutAccess(database, ids), log);
  const asksResumption = openResumption(() => anyoneResumes(database), log, now);
  let isShut = false;

  const note = (admission: Admission, username: string, action: string, found?: SignIn, reason?: ErrorCode): void => {
    const { door, protocol, address } = admission;
    auditLog.add(
      {
        tenantId: found?.tenant.id ?? '',
        actor: username,
        action,
        detail: { door, protocol, address, ...(reason && { reason }) },
      },
      action === 'sign_in' ? found?.credential.id : undefined,
    );
    if (reason) events.emit('login.refused', { username, door, address, code: reason });
  };

  /** @throws database_unavailable, which is counted: nobody who stands outside can tell it from a wrong password */
  async function look({ door, address }: Admission, username: string): Promise<SignIn | undefined> {
    try {
      return await find(database, username);
    } catch (error) {
      if (error instanceof ArrivageError) events.emit('login.refused', { username, door, address, code: error.code });
      throw error;
    }
  }

  /** A restart forgets who signed in from where; the audit does not. */
  async function refuseBanned(admission: Admission, username: string): Promise<void> {
    if (isShut) throw new ArrivageError('shutting_down');
    const { address } = admission;
    if (!penalties.addressIsBanned(address) && penalties.asksForFriends(address, username))
      penalties.tellFriends(
        address,
        username,
        await answeredIn(PATIENCE_MS, reachable(signInAddresses(database, possible(username)))),
      );
    if (penalties.addressIsBanned(address) || penalties.usernameIsBanned(address, username))
      throw new ArrivageError('too_many_attempts');
  }

  function turnedAway<T>(door: Admission['door'], address: string, take: () => T): T {
    try {
      return take();
    } catch (error) {
      if (error instanceof ArrivageError) refusedConnection(door, address, error.code);
      throw error;
    }
  }

  /** As many at once as may fail; a failure answers late, when its turn has passed on. @throws login_refused */
  async function judge(
    admission: Admission,
    username: string,
    attempt: () => Promise<Session | Failure>,
  ): Promise<Session> {
    const { address, gone, place } = admission;
    await refuseBanned(admission, username);
    const ends = [place.hold()];
    let outcome: Session | Failure;
    try {
      ends.push(await judging.take(`address ${penaltyGroup(address)}`, () => penalties.addressLeft(address)));
      if (!penalties.isFriend(address, username))
        ends.push(await judging.take(`username ${username}`, () => penalties.usernameLeft(username)));
      await refuseBanned(admission, username);
      if (gone.aborted) throw new ArrivageError('sign_ins_waiting');
      outcome = await attempt();
    } finally {
      for (const end of ends) end();
    }
    if (!('delayMs' in outcome)) return outcome;
    await wait(outcome.delayMs);
    throw new ArrivageError('login_refused');
  }

  async function failed(admission: Admission, username: string, found: SignIn | undefined): Promise<Failure> {
    note(admission, username, 'sign_in.refused', found, 'login_refused');
    return { delayMs: await penalties.failed(admission.address, username) };
  }

  /** A place among the tenant's sessions, unless failures elsewhere have closed the door meanwhile. */
  async function placeFor(admission: Admission, username: string, tenant: TenantId): Promise<() => void> {
    const asked = penalties.askOthers(admission.address, username).then(() => refuseBanned(admission, username));
    const taken = sessions.take(tenant);
    const [place, banned] = await Promise.allSettled([answeredIn(PATIENCE_MS, taken), answeredIn(PATIENCE_MS, asked)]);
    if (place.status === 'rejected') {
      // Of a database that answers too late, the place is nobody's.
      void taken.then((leave) => leave()).catch(() => undefined);
      throw banned.status === 'rejected' ? banned.reason : place.reason;
    }
    if (banned.status === 'fulfilled') return place.value;
    place.value();
    throw banned.reason;
  }

  /** @throws sign_ins_waiting, which is told to everybody: the sender did nothing wrong */
  async function isRight(admission: Admission, username: string, found: SignIn | undefined, password: string) {
    try {
      return await verifyPassword(found?.passwordHash, password, admission.gone);
    } catch (error) {
      if (error instanceof ArrivageError) {
        note(admission, username, 'sign_in.refused', found, error.code);
        tellRefused(error.code, (more) =>
          log.info({ username, address: admission.address, code: error.code, more }, 'sign-in refused'),
        );
      }
      throw error;
    }
  }

  async function letIn(
    admission: Admission,
    username: string,
    found: SignIn,
    cleartext: boolean,
  ): Promise<Session | Failure> {
    const { protocol, address, onlyTenant, door } = admission;
    const refusal = refusalOf(found.credential, found.tenant, { protocol, address, cleartext, onlyTenant });
    if (refusal === 'login_refused') return failed(admission, username, found);
    if (refusal) {
      note(admission, username, 'sign_in.refused', found, refusal);
      throw new ArrivageError(refusal);
    }
    const leave = await placeFor(admission, username, found.tenant.id);
    try {
      if (admission.gone.aborted) throw new ArrivageError('sign_ins_waiting');
      admission.place.enter();
    } catch (error) {
      leave();
      throw error;
    }
    penalties.succeeded(address, username);
    note(admission, username, 'sign_in', found);
    const fact = { tenant: found.tenant.id, username, door, address };
    events.emit('session.opened', fact);
    const revoking = new AbortController();
    const mayBeClear = door === 'ftp' && found.credential.allowCleartextFtp;
    const unwatch = revocation.watch(accessOf(found.credential, mayBeClear), () => revoking.abort());
    const close = once(() => {
      unwatch();
      leave();
      events.emit('session.closed', fact);
    });
    const { tenant, credential } = found;
    const noteIn: Session['note'] = (action, detail) =>
      auditLog.add({ tenantId: tenant.id, actor: username, action, detail: { door, protocol, address, ...detail } });
    return { id: randomUUID(), tenant, credential, door, address, revoked: revoking.signal, note: noteIn, close };
  }

  asksResumption();
  return {
    asksResumption,

    admit(door, protocol, address, onlyTenant?: TenantId): Admission {
      if (isShut) throw new ArrivageError('shutting_down');
      const plain = plainAddress(address);
      if (penalties.addressIsBanned(plain)) throw new ArrivageError('too_many_attempts');
      const [shed, gone] = [new AbortController(), new AbortController()];
      const place = turnedAway(door, plain, () =>
        places.take(plain, () => {
          refusedConnection(door, plain, 'shed');
          shed.abort();
        }),
      );
      const release = once(() => {
        place.leave();
        gone.abort();
      });
      return { door, protocol, address: plain, onlyTenant, shed: shed.signal, gone: gone.signal, place, release };
    },

    withPassword(admission, username, password, { cleartext }) {
      return judge(admission, username, async () => {
        const found = await look(admission, username);
        const right = await isRight(admission, username, found, password);
        if (admission.gone.aborted) throw new ArrivageError('sign_ins_waiting');
        return right && found ? letIn(admission, username, found, cleartext) : failed(admission, username, found);
      });
    },

    async knowsKey(admission, username, publicKey) {
      await refuseBanned(admission, username);
      const found = await look(admission, username);
      return found !== undefined && isOpenTo(admission, found) && holdsKey(found, publicKey);
    },

    withKey(admission, username, publicKey) {
      return judge(admission, username, async () => {
        const found = await look(admission, username);
        if (!found || !holdsKey(found, publicKey)) return failed(admission, username, found);
        return letIn(admission, username, found, false);
      });
    },

    shut() {
      isShut = true;
    },
    async close() {
      revocation.close();
      await Promise.all([penalties.close(), sessions.close()]);
      await auditLog.close();
    },
  };
}

/** A name that no credential can have (Postgres takes no NUL) is looked up all the same, as one that nobody has. */
async function find(database: Database, username: string): Promise<SignIn | undefined> {
  return answeredIn(PATIENCE_MS, reachable(findSignIn(database, possible(username))));
}

const possible = (username: string): string =>
  username.length <= LONGEST_USERNAME && !username.includes('\0') && username.isWellFormed() ? username : '';

/**
 * As `within`, but time counts only while this process takes turns: where five hundred sign in at once, it is the one that
 * is late, and the database has answered long before anybody has looked.
 * @throws database_unavailable
 */
async function answeredIn<T>(ms: number, work: Promise<T>): Promise<T> {
  const given = new AbortController();
  const silence = (async () => {
    for (let passed = 0; passed < ms; passed += TURN_MS) await pause(TURN_MS, undefined, { signal: given.signal });
    throw new ArrivageError('database_unavailable');
  })();
  try {
    return await Promise.race([work, silence]);
  } finally {
    silence.catch(() => undefined);
    given.abort();
  }
}

const isOpenTo = ({ onlyTenant }: Admission, { tenant }: SignIn): boolean =>
  onlyTenant === undefined || onlyTenant === tenant.id;

function holdsKey({ publicKeys }: SignIn, offered: Uint8Array): boolean {
  return publicKeys.some((key) => key.length === offered.length && timingSafeEqual(key, offered));
}
