import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { ArrivageError, verbatim } from '../errors.ts';
import { catalogued } from '../errors/catalogued.ts';
import type { FileView } from '../files/view.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Admission, Session } from '../auth/session.ts';
import { root } from '../model/virtual-path.ts';
import type { DataPort } from './data-port.ts';
import type { FtpDoorContext } from './door.ts';
import type { Link } from './ftp-srv.ts';
import { type Fact, facts } from './grammar/listing.ts';
import { foldToAscii, formatReply } from './grammar/reply.ts';
import type { Transfer } from './transfer.ts';

/** What signing in brings, and what AUTH takes away again. */
export interface SignIn {
  username: string | undefined;
  session: Session | undefined;
  files: FileView | undefined;
  folder: VirtualPath;
  /** Bytes to skip at the start of the next transfer, from REST. */
  offset: number;
  renaming: VirtualPath | undefined;
}

/** One control connection. */
export interface Control {
  readonly context: FtpDoorContext;
  readonly admission: Admission;
  readonly link: Link;
  /** Addresses of both ends, without the IPv4-mapped form. */
  readonly peer: string;
  readonly local: string;
  /** The TCP socket, or the TLS socket over it once AUTH has succeeded. */
  socket: Socket;
  secure: boolean;
  /** The TLS context of its control and data connections; undefined while both are in clear. */
  tls: SecureContext | undefined;
  /** `tls` is of this control connection alone, so that a session which a data connection resumes is one of it. */
  ownSessions: boolean;
  /** A data connection has resumed one: the client can, and somebody else cannot. */
  resumes: boolean;
  signIn: SignIn;
  failures: number;
  /** The client asked for UTF-8 texts. */
  utf8: boolean;
  facts: ReadonlySet<Fact>;
  type: 'A' | 'I';
  /** PROT P: data connections are encrypted. */
  protectData: boolean;
  /** EPSV ALL: no other way to a data connection any more (RFC 2428, section 4). */
  epsvOnly: boolean;
  port: DataPort | undefined;
  transfer: Transfer | undefined;
  /** Nothing more is read or run. */
  ended: boolean;
  /** Hands the socket to the TLS layer, after the 234 where there is one to send. */
  startTls(): Promise<void>;
}

export const signedOut = (): SignIn => ({
  username: undefined,
  session: undefined,
  files: undefined,
  folder: root,
  offset: 0,
  renaming: undefined,
});

export const allFacts: ReadonlySet<Fact> = new Set(facts);

/** Resolves once the system has taken the reply: false where the connection is gone. Never throws. */
export function reply(control: Pick<Control, 'socket'>, code: number, ...lines: string[]): Promise<boolean> {
  const { socket } = control;
  if (!socket.writable) return Promise.resolve(false);
  return new Promise((resolve) => socket.write(formatReply(code, lines), (error) => resolve(!error)));
}

/** Says no, in the words of the catalogue and the language of the tenant. A 421 also ends the connection (RFC 959). */
export async function refuse(control: Control, thrown: unknown): Promise<void> {
  const { context, link } = control;
  const error = catalogued(thrown, (reference) =>
    context.log.error({ err: thrown, reference, connection: link.id }, 'command failed'),
  );
  const text = error.text(control.signIn.session?.tenant.language ?? context.config.language);
  await reply(control, error.entry.ftp, control.utf8 ? text : foldToAscii(text));
  if (error.entry.ftp === 421) finish(control);
}

/** The longest that a peer may take to read our last words. */
const FAREWELL_MS = 2000;

/** Sends what is written, then closes. Idempotent. */
export function finish(control: Control): void {
  if (control.ended) return;
  control.ended = true;
  const { socket } = control;
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.destroySoon();
}

/** Ends the wait for a data connection, and the connection where it came and no command has taken it. */
export function closePort(control: Control): void {
  control.port?.close();
  control.port = undefined;
}

/** The view of the signed-in tenant. ftp-srv's dispatch lets no command through that needs it before. */
export function filesOf(control: Control): FileView {
  const { files } = control.signIn;
  if (!files) throw new ArrivageError('bad_sequence', { why: verbatim('USER, PASS') });
  return files;
}

/** Takes the connection back to where it was before USER. */
export function signOut(control: Control): void {
  closePort(control);
  control.signIn.session?.close();
  control.signIn = signedOut();
  control.link.setSignedIn(false);
}
