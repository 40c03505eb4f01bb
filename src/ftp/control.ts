import type { DataConnections } from './data.ts';
import type { FtpDoorContext } from './door.ts';
import type { Fact } from './grammar/listing.ts';
import type { SignIn } from './sign-in.ts';
import type { Wire } from './wire.ts';

/** What a client has asked for; it lasts as long as the connection. */
export interface Settings {
  /** Texts in UTF-8. */
  utf8: boolean;
  /** What MLSD and MLST tell of a file. */
  facts: ReadonlySet<Fact>;
}

/** A control connection as its commands see it. */
export interface Control {
  readonly door: FtpDoorContext;
  readonly wire: Pick<Wire, 'tls' | 'peer' | 'local' | 'localAddress'>;
  readonly signIn: SignIn;
  readonly data: DataConnections;
  readonly settings: Settings;
  /** Nothing more is read or run. */
  readonly isOver: boolean;
  /** Resolves once the system has taken the reply: false where the connection is gone. Never throws. */
  reply(code: number, ...lines: string[]): Promise<boolean>;
  /** Takes the connection back to where it was before USER. */
  signOut(): void;
  /** Says that TLS may begin, and hands the wire to it. Whoever was signed in is signed out. */
  startTls(): Promise<void>;
  /** Sends what is written, then closes. Idempotent. */
  finish(): void;
}
