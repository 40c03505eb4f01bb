import type { Socket } from 'node:net';
import { ArrivageError, because, verbatim } from '../errors.ts';
import type { Session } from '../auth/session.ts';
import type { DataPort } from './data-port.ts';
import type { FtpDoorContext } from './door.ts';
import { type Inflow, pooledInflow, streamInflow } from './inflow.ts';
import { secureData } from './secure.ts';
import { type AbortReason, SECOND_CONNECTION, type Transfer, beginTransfer, onAbort } from './transfer.ts';
import type { Wire } from './wire.ts';

/** How long a client may take to open a data connection after its command. */
const CONNECT_MS = 20_000;

/** The data connection of one command. */
export interface Exchange {
  readonly transfer: Transfer;
  /** Sends 150, then encrypts where PROT P asks for it: lftp and vsftpd's users start their handshake after the 150. */
  startSending: (text: string) => Promise<Socket>;
  /** The same for a stream whose end must be proven. */
  startReceiving: (text: string) => Promise<Inflow>;
}

interface Parts {
  door: Pick<FtpDoorContext, 'config' | 'log'>;
  wire: Pick<Wire, 'tls' | 'peer' | 'reply'>;
  /** By which the log names the control connection. */
  connection: string;
}

/** The data connections of a control connection: the port that waits for the next one, the transfer under way. */
export class DataConnections {
  /** PROT P: they are encrypted. */
  protect = false;
  /** EPSV ALL: no other way to one any more (RFC 2428, section 4). */
  epsvOnly = false;
  readonly #parts: Parts;
  #port: DataPort | undefined;
  #transfer: Transfer | undefined;
  /** One has resumed the TLS session: the client can, and somebody else cannot. */
  #resumes = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get isMoving(): boolean {
    return this.#transfer !== undefined;
  }

  /** Where the next one comes from, in place of what was prepared before. */
  prepare(port: DataPort): void {
    this.closePort();
    this.#port = port;
  }

  /** Ends the wait for a data connection, and the connection where it came and no command has taken it. */
  closePort(): void {
    this.#port?.close();
    this.#port = undefined;
  }

  /** Ends the transfer under way, if there is one. */
  abort(reason: AbortReason): void {
    this.#transfer?.abort(reason);
  }

  /**
   * Takes the data connection that PASV or PORT prepared, lets `use` move bytes over it and closes it whatever happens.
   * @throws data_protection_required, no_data_connection, and what `use` throws
   */
  async use<T>(session: Session, use: (exchange: Exchange) => Promise<T>): Promise<T> {
    const { door, wire } = this.#parts;
    const port = this.#port;
    this.#port = undefined;
    const transfer = beginTransfer(door.config.limits.stallMs);
    this.#transfer = transfer;
    let data: Socket | undefined;
    try {
      port?.onSecond(() => transfer.abort(SECOND_CONNECTION));
      this.#refuseCleartext(session);
      if (!port) throw new ArrivageError('no_data_connection', { why: verbatim('EPSV, PASV') });
      const socket = await connected(port.take(), transfer);
      data = socket;
      const secured = async (receives: boolean): Promise<Socket> => {
        const { tls } = wire;
        if (!tls) throw new ArrivageError('bad_sequence', { why: verbatim('AUTH TLS') });
        const encrypted = await secureData(socket, tls.context, transfer, receives);
        data = encrypted;
        this.#refuseForeign(session, tls.own && encrypted.isSessionReused());
        return encrypted;
      };
      const startSending = async (text: string): Promise<Socket> => {
        await wire.reply(150, text);
        return (data = this.protect ? await secured(false) : socket);
      };
      const startReceiving = async (text: string): Promise<Inflow> => {
        await wire.reply(150, text);
        const inflow = this.protect ? streamInflow(await secured(true)) : pooledInflow(socket);
        data = inflow.socket;
        return inflow;
      };
      return await use({ transfer, startSending, startReceiving });
    } catch (error) {
      data?.destroy();
      throw transfer.signal.reason === SECOND_CONNECTION ? this.#contested(session, error) : error;
    } finally {
      port?.close();
      transfer.end();
      this.#transfer = undefined;
    }
  }

  /** Data must be as well protected as the password was, unless the credential allows cleartext. */
  #refuseCleartext({ credential, tenant }: Session): void {
    if (!this.protect && (tenant.requireTls || !credential.allowCleartextFtp))
      throw new ArrivageError('data_protection_required');
  }

  /**
   * Whoever shares the client's address could take its port, but has no TLS session of its control connection.
   * @throws tls_session_required
   */
  #refuseForeign(session: Session, resumed: boolean): void {
    const { tlsResumption } = session.credential;
    if (resumed) this.#resumes = true;
    else if (tlsResumption === 'require' || (tlsResumption === 'prefer' && this.#resumes)) {
      this.#tell(session, 'a data connection did not resume the control connection’s TLS session');
      throw new ArrivageError('tls_session_required');
    }
  }

  /** Which of two connections is the client's cannot be told, so neither is. */
  #contested(session: Session, cause: unknown): ArrivageError {
    this.#tell(session, 'two connections came to one data port: the transfer is refused');
    return new ArrivageError('data_port_contested', {}, cause);
  }

  #tell({ tenant, credential }: Session, what: string): void {
    const { door, wire, connection } = this.#parts;
    door.log.info({ tenant: tenant.id, username: credential.username, address: wire.peer, connection }, what);
  }
}

async function connected(connection: Promise<Socket | undefined>, transfer: Transfer): Promise<Socket> {
  let late = false;
  const socket = await new Promise<Socket | undefined>((resolve) => {
    const giveUp = (): void => {
      late = true;
      resolve(undefined);
    };
    const timer = setTimeout(giveUp, CONNECT_MS);
    const stop = onAbort(transfer, giveUp);
    void connection.then((found) => {
      clearTimeout(timer);
      stop();
      if (late) found?.destroy();
      resolve(found);
    });
  });
  if (!socket) throw new ArrivageError('no_data_connection', { why: because('nobody_connected') });
  return socket;
}

/** The longest that a peer may take to close its side once everything is sent. */
const LINGER_MS = 5000;

/** Ends our side; destroying at once would reset the connection and could cut what the peer has not read yet. */
export function endData(data: Socket): void {
  const timer = setTimeout(() => data.destroy(), LINGER_MS);
  data.once('close', () => clearTimeout(timer));
  data.on('error', () => undefined);
  data.resume();
  data.end();
}
