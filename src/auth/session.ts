import type { Place } from './places.ts';
import type { Credential, Door, Protocol, Tenant, TenantId } from '../model/tenant.ts';

/** A connection that was let in, before anyone signed in. `release` is idempotent. */
export interface Admission {
  readonly door: Door;
  readonly protocol: Protocol;
  readonly address: string;
  /** Set on a port that belongs to one tenant: nobody else signs in there. */
  readonly onlyTenant: TenantId | undefined;
  /** Aborts where others need its place more: the door ends it. Never once somebody has signed in. */
  readonly shed: AbortSignal;
  /** Aborts with `release`: nobody waits for an answer any more. */
  readonly gone: AbortSignal;
  /** The place of the connection, of which the gate holds on while an attempt is judged. */
  readonly place: Place;
  release(): void;
}

/** An authenticated connection. `close` is idempotent and gives the session's place back. */
export interface Session {
  readonly id: string;
  readonly tenant: Tenant;
  readonly credential: Credential;
  readonly door: Door;
  readonly address: string;
  /** Aborts within seconds once its credential is revoked, or its tenant suspended or deleted: the door cuts it off. */
  readonly revoked: AbortSignal;
  /** Keeps on record what is done in it, bounded as sign-ins are. */
  note(action: string, detail: Record<string, unknown>): void;
  close(): void;
}

/**
 * The only way from a connection to a session. Counts connections and attempts, and writes the audit.
 * Every method throws `ArrivageError` from the catalogue; an unknown username costs as much time as a wrong password.
 */
export interface Gate {
  /** @throws too_many_connections, too_many_attempts (the address is banned for a while), shutting_down */
  admit(door: Door, protocol: Protocol, address: string, onlyTenant?: TenantId): Admission;

  /**
   * `cleartext`: the password came over an unencrypted connection.
   * @throws login_refused, too_many_attempts, address_refused, protocol_refused, tls_required, tenant_suspended,
   * too_many_connections (sessions of the tenant, or in all), sign_ins_waiting, database_unavailable
   */
  withPassword(
    admission: Admission,
    username: string,
    password: string,
    options: { cleartext: boolean },
  ): Promise<Session>;

  /** Whether any credential asks for TLS resumption: then each FTP control connection has sessions of its own. */
  asksResumption(): boolean;

  /** Whether the username may sign in with this public key (SSH wire format, RFC 4253 section 6.6). */
  knowsKey(admission: Admission, username: string, publicKey: Uint8Array): Promise<boolean>;

  /** Call only once the key's signature is verified. Same errors as `withPassword`. */
  withKey(admission: Admission, username: string, publicKey: Uint8Array): Promise<Session>;
}
