import { type Client, FTPError, type FTPResponse } from 'basic-ftp';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ArrivageError } from '../../errors.ts';
import type { Connector } from '../../model/connector.ts';
import { shownReply } from './bounds.ts';
import { checkCertificate, handshake, tlsOptions } from './tls.ts';

/**
 * Takes the server's welcome and goes over to TLS where the connector wants it.
 * @returns the fingerprint of the certificate, empty without TLS
 * @throws tls_unavailable, certificate_refused, certificate_changed, no_safe_algorithm, FTPError
 */
export async function greet(client: Client, socket: Socket, connector: Connector): Promise<string> {
  const { protocol } = connector;
  if (protocol === 'ftps-implicit') {
    const fingerprint = await secureControl(client, socket, connector);
    await welcome(client);
    return fingerprint;
  }
  client.ftp.socket = socket;
  await welcome(client);
  if (protocol !== 'ftps') return '';
  await client.send('AUTH TLS').catch((error: unknown) => {
    throw error instanceof FTPError ? new ArrivageError('tls_unavailable', { reply: replyOf(error) }, error) : error;
  });
  return secureControl(client, socket, connector);
}

async function secureControl(client: Client, socket: Socket, connector: Connector): Promise<string> {
  const options = tlsOptions(connector);
  const secured: TLSSocket = await handshake({ ...options, socket });
  try {
    const fingerprint = checkCertificate(secured, connector.certificateFingerprint);
    client.ftp.socket = secured;
    client.ftp.tlsOptions = options;
    return fingerprint;
  } catch (error) {
    secured.destroy();
    throw error;
  }
}

function welcome({ ftp }: Client): Promise<unknown> {
  return ftp.handle(undefined, (reply, task) => {
    if (reply instanceof Error) task.reject(reply);
    else if (reply.code === 220) task.resolve(reply);
    else if (reply.code >= 200) task.reject(new FTPError(reply));
  });
}

/** @throws remote_login_refused, FTPError (the server takes nobody at the moment) */
export async function signIn(client: Client, { username, password }: Connector): Promise<void> {
  try {
    await client.login(username, password ?? '');
  } catch (error) {
    if (!(error instanceof FTPError) || error.code === SERVICE_UNAVAILABLE) throw error;
    // Some servers repeat a command that they refuse, and this one is the password.
    const reply = shownReply(password ? error.message.replaceAll(password, '…') : error.message);
    throw new ArrivageError('remote_login_refused', { username, reply });
  }
}

const SERVICE_UNAVAILABLE = 421;

/**
 * Bytes as they are, names in UTF-8, data as protected as the control connection.
 * @returns what the server can do besides RFC 959
 */
export async function agree(client: Client): Promise<ReadonlyMap<string, string>> {
  const features = await client.features();
  await client.send('TYPE I');
  await client.sendIgnoringError('OPTS UTF8 ON');
  if (client.ftp.hasTLS) {
    await client.send('PBSZ 0');
    await client.send('PROT P');
  }
  return features;
}

/** @returns the folder's name as the server writes it. @throws remote_folder_missing */
export async function enterFolder(client: Client, directory: string): Promise<string> {
  try {
    if (directory !== '.') await client.cd(directory);
  } catch (error) {
    if (!(error instanceof FTPError)) throw error;
    throw new ArrivageError('remote_folder_missing', { directory, reply: replyOf(error) }, error);
  }
  const { message } = await client.sendIgnoringError('PWD');
  return shownReply(/"(.+)"/.exec(message)?.[1] ?? directory);
}

export const replyOf = ({ message }: FTPResponse | Error): string => shownReply(message);
