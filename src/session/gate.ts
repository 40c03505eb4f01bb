import { randomUUID, timingSafeEqual } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { type Database, reachable } from '../db/client.ts';
import { type SignIn, findSignIn, withoutAccess } from '../db/sign-in.ts';
import { ArrivageError, type ErrorCode } from '../errors.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Events } from '../events.ts';
import type { Log } from '../log.ts';
import { plainAddress } from './address.ts';
import { openAuditLog } from './audit-log.ts';
import { refusalOf } from './authorize.ts';
import { verifyPassword } from './password.ts';
import { openPenalties } from './penalties.ts';
import { once, openPlaces } from './places.ts';
import { watchRevocation } from './revocation.ts';
import type { Admission, Gate, Session } from './session.ts';

const LONGEST_USERNAME = 256;
const PATIENCE_MS = 5000;

export interface GateOptions {
  database: Database;
  limits: Pick<Config['limits'], 'connections' | 'connectionsPerAddress' | 'sessionsPerTenant'>;
  log: Log;
  events: Pick<Events, 'emit'>;
  now: () => number;
  /** Holds a refused sign-in back; a test passes its own. */
  wait?: (ms: number) => Promise<unknown>;
}

export interface OpenGate extends Gate {
  /** Lets nobody in any more: `shutting_down`. */
  shut(): void;
  /** Writes the audit that still waits. */
  close(): Promise<void>;
}

/** The gate over the database's credentials; see `Gate`. Limits and penalties count in this process. */
export function openGate({ database, limits, log, events, now, wait = pause }: GateOptions): OpenGate {
  const penalties = openPenalties(now);
  const places = openPlaces(limits);
  const auditLog = openAuditLog(database, log);
  const revocation = watchRevocation((ids) => withoutAccess(database, ids), log);
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

  function refuseBanned(admission: Admission, username: string): void {
    if (isShut) throw new ArrivageError('shutting_down');
    const { address } = admission;
    if (penalties.addressIsBanned(address) || penalties.usernameIsBanned(address, username))
      throw new ArrivageError('too_many_attempts');
  }

  async function failed(admission: Admission, username: string, found: SignIn | undefined): Promise<never> {
    note(admission, username, 'sign_in.refused', found, 'login_refused');
    await wait(penalties.failed(admission.address, username));
    throw new ArrivageError('login_refused');
  }

  async function letIn(admission: Admission, username: string, found: SignIn, cleartext: boolean): Promise<Session> {
    const { protocol, address, onlyTenant, door } = admission;
    const refusal = refusalOf(found.credential, found.tenant.state, { protocol, address, cleartext, onlyTenant });
    if (refusal === 'login_refused') return failed(admission, username, found);
    if (refusal) {
      note(admission, username, 'sign_in.refused', found, refusal);
      throw new ArrivageError(refusal);
    }
    const leave = places.takeSession(found.tenant.id);
    penalties.succeeded(address, username);
    note(admission, username, 'sign_in', found);
    const fact = { tenant: found.tenant.id, username, door, address };
    events.emit('session.opened', fact);
    const revoking = new AbortController();
    const unwatch = revocation.watch(found.credential.id, () => revoking.abort());
    const close = once(() => {
      unwatch();
      leave();
      events.emit('session.closed', fact);
    });
    const { tenant, credential } = found;
    return { id: randomUUID(), tenant, credential, door, address, revoked: revoking.signal, close };
  }

  return {
    admit(door, protocol, address, onlyTenant?: TenantId): Admission {
      if (isShut) throw new ArrivageError('shutting_down');
      const plain = plainAddress(address);
      if (penalties.addressIsBanned(plain)) throw new ArrivageError('too_many_attempts');
      return { door, protocol, address: plain, onlyTenant, release: places.takeConnection(plain) };
    },

    async withPassword(admission, username, password, { cleartext }) {
      refuseBanned(admission, username);
      const found = await look(admission, username);
      if (!(await verifyPassword(found?.passwordHash, password)) || !found) return failed(admission, username, found);
      return letIn(admission, username, found, cleartext);
    },

    async knowsKey(admission, username, publicKey) {
      refuseBanned(admission, username);
      const found = await look(admission, username);
      return found !== undefined && isOpenTo(admission, found) && holdsKey(found, publicKey);
    },

    async withKey(admission, username, publicKey) {
      refuseBanned(admission, username);
      const found = await look(admission, username);
      if (!found || !holdsKey(found, publicKey)) return failed(admission, username, found);
      return letIn(admission, username, found, false);
    },

    shut() {
      isShut = true;
    },
    close() {
      revocation.close();
      return auditLog.close();
    },
  };
}

/** A name that no credential can have (Postgres takes no NUL) is looked up all the same, as one that nobody has. */
async function find(database: Database, username: string): Promise<SignIn | undefined> {
  const possible = username.length <= LONGEST_USERNAME && !username.includes('\0') && username.isWellFormed();
  return within(PATIENCE_MS, reachable(findSignIn(database, possible ? username : '')));
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const given = new AbortController();
  const silence = pause(ms, undefined, { signal: given.signal }).then(() => {
    throw new ArrivageError('database_unavailable');
  });
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
