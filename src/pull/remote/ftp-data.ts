import type { Socket } from 'node:net';
import { type FTPContext, FTPError, type FTPResponse } from 'basic-ftp';
import { TLSSocket, connect } from 'node:tls';
import { ArrivageError, verbatim } from '../../errors.ts';
import { shownReply } from './bounds.ts';
import { dial } from './dial.ts';
import { fingerprintOf } from './tls.ts';

/** EPSV (RFC 2428) names a port alone; PASV (RFC 959) an address too, which is not used: it may lead anywhere. */
const EPSV_PORT = /\(([\x21-\x7e])\1\1(\d{1,5})\1\)/;
const PASV_PORT = /\d{1,3},\d{1,3},\d{1,3},\d{1,3},(\d{1,3}),(\d{1,3})/;

/** The port of a 229 or 227 reply; undefined where it holds none. */
export function passivePort({ code, message }: FTPResponse): number | undefined {
  const text = message.slice(0, 1000);
  const [, , extended] = (code === 229 && EPSV_PORT.exec(text)) || [];
  const [, high, low] = (code === 227 && PASV_PORT.exec(text)) || [];
  const port = extended === undefined ? Number(high) * 256 + Number(low) : Number(extended);
  return port >= 1 && port <= 65535 ? port : undefined;
}

/**
 * Opens a data connection in passive mode, to the address of the control connection. With TLS it goes on with the
 * control connection's session, which vsftpd and proftpd insist on, and must show the same certificate.
 * @throws passive_port_blocked, remote_unintelligible, FTPError
 */
export async function openData(ftp: FTPContext, limitMs: number, signal: AbortSignal): Promise<Socket> {
  const reply = await enterPassive(ftp);
  const port = passivePort(reply);
  const address = ftp.socket.remoteAddress;
  if (port === undefined || address === undefined)
    throw new ArrivageError('remote_unintelligible', { why: shownReply(reply.message) });
  const family = address.includes(':') ? 6 : 4;
  const target = { host: address, addresses: [{ address, family }] };
  const socket = await dial(target, port, limitMs, signal).catch((error: unknown) => {
    if (!(error instanceof ArrivageError)) throw error;
    const why =
      error.code === 'connection_refused' ? verbatim('ECONNREFUSED') : (error.params.why ?? verbatim(error.code));
    throw new ArrivageError('passive_port_blocked', { port, why }, error);
  });
  return ftp.socket instanceof TLSSocket ? secure(ftp, ftp.socket, socket) : socket;
}

async function enterPassive(ftp: FTPContext): Promise<FTPResponse> {
  try {
    return await ftp.request('EPSV');
  } catch (error) {
    if (error instanceof FTPError) return ftp.request('PASV');
    throw error;
  }
}

/** The handshake goes on while the command is sent: some servers begin theirs only after the 150. */
function secure(ftp: FTPContext, control: TLSSocket, socket: Socket): TLSSocket {
  const session = ftp.tlsSessionStore ?? control.getSession();
  const data = connect({ ...ftp.tlsOptions, ...(session ? { session } : {}), socket });
  data.on('session', (next) => (ftp.tlsSessionStore = next));
  data.once('secureConnect', () => {
    const [fingerprint, pinned] = [fingerprintOf(data), fingerprintOf(control)];
    if (!data.isSessionReused() && fingerprint !== pinned)
      data.destroy(new ArrivageError('certificate_changed', { fingerprint, pinned }));
  });
  return data;
}
