import type { Socket } from 'node:net';
import { ArrivageError, because, verbatim } from '../errors.ts';
import type { CommandFamily, Run } from './commands/command.ts';
import { type Control, closePort, reply } from './control.ts';
import { type Inflow, pooledInflow, streamInflow } from './inflow.ts';
import { secureData } from './secure.ts';
import { SECOND_CONNECTION, type Transfer, beginTransfer, onAbort } from './transfer.ts';

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

/**
 * Takes the data connection that PASV or PORT prepared, lets `use` move bytes over it and closes it whatever happens.
 * @throws data_protection_required, no_data_connection, and what `use` throws
 */
export async function withData<T>(control: Control, use: (exchange: Exchange) => Promise<T>): Promise<T> {
  const { port } = control;
  control.port = undefined;
  const transfer = beginTransfer(control.context.config.limits.stallMs);
  control.transfer = transfer;
  let data: Socket | undefined;
  try {
    port?.onSecond(() => transfer.abort(SECOND_CONNECTION));
    refuseCleartext(control);
    if (!port) throw new ArrivageError('no_data_connection', { why: verbatim('EPSV, PASV') });
    const socket = await connected(port.take(), transfer);
    data = socket;
    const secured = async (receives: boolean): Promise<Socket> => {
      if (!control.tls) throw new ArrivageError('bad_sequence', { why: verbatim('AUTH TLS') });
      const encrypted = await secureData(socket, control.tls, transfer, receives);
      data = encrypted;
      refuseForeign(control, control.ownSessions && encrypted.isSessionReused());
      return encrypted;
    };
    const startSending = async (text: string): Promise<Socket> => {
      await reply(control, 150, text);
      return (data = control.protectData ? await secured(false) : socket);
    };
    const startReceiving = async (text: string): Promise<Inflow> => {
      await reply(control, 150, text);
      const inflow = control.protectData ? streamInflow(await secured(true)) : pooledInflow(socket);
      data = inflow.socket;
      return inflow;
    };
    return await use({ transfer, startSending, startReceiving });
  } catch (error) {
    data?.destroy();
    throw transfer.signal.reason === SECOND_CONNECTION ? contested(control, error) : error;
  } finally {
    port?.close();
    transfer.end();
    control.transfer = undefined;
  }
}

/**
 * Whoever shares the client's address could take its port, but has no TLS session of its control connection.
 * @throws tls_session_required
 */
function refuseForeign(control: Control, resumed: boolean): void {
  const { tlsResumption } = control.signIn.session?.credential ?? {};
  if (resumed) control.resumes = true;
  else if (tlsResumption === 'require' || (tlsResumption === 'prefer' && control.resumes)) {
    tell(control, 'a data connection did not resume the control connection’s TLS session');
    throw new ArrivageError('tls_session_required');
  }
}

/** Which of two connections is the client's cannot be told, so neither is. */
function contested(control: Control, cause: unknown): ArrivageError {
  tell(control, 'two connections came to one data port: the transfer is refused');
  return new ArrivageError('data_port_contested', {}, cause);
}

function tell({ context, signIn, peer, link }: Control, what: string): void {
  const { tenant, credential } = signIn.session ?? {};
  context.log.info({ tenant: tenant?.id, username: credential?.username, address: peer, connection: link.id }, what);
}

/** The commands that use a prepared data connection, made to end it also where they are refused before they take it. */
export function endingUnused(commands: CommandFamily): CommandFamily {
  const ending =
    (run: Run): Run =>
    (control, argument) =>
      run(control, argument).finally(() => closePort(control));
  return Object.fromEntries(Object.entries(commands).map(([verb, run]) => [verb, ending(run)]));
}

/** Data must be as well protected as the password was, unless the credential allows cleartext. */
function refuseCleartext({ protectData, signIn }: Control): void {
  const { credential, tenant } = signIn.session ?? {};
  if (!protectData && (tenant?.requireTls || !credential?.allowCleartextFtp))
    throw new ArrivageError('data_protection_required');
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
