import { isIP } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect, rootCertificates } from 'node:tls';
import { ArrivageError, verbatim } from '../../errors.ts';
import type { Connector } from '../../model/connector.ts';
import { shownReply } from './bounds.ts';

/**
 * How to speak TLS with a connector's server. The certificate is judged by `checkCertificate` after the handshake, so
 * that a refusal can name its fingerprint; nothing is sent before.
 */
export function tlsOptions({ host, ca }: Connector): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: false,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === null ? {} : { ca: [...rootCertificates, ca] }),
  };
}

/** Resolves after the handshake. @throws tls_unavailable, no_safe_algorithm */
export function handshake(options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect(options);
    const failed = (error: NodeJS.ErrnoException): void => reject(explain(error));
    const closed = (): void => reject(new ArrivageError('remote_cut', { during: 'TLS' }));
    secured.once('error', failed).once('close', closed);
    secured.once('secureConnect', () => {
      secured.off('error', failed).off('close', closed);
      resolve(secured.on('error', () => undefined));
    });
  });
}

/** SHA-256 of the certificate that the server showed, in lower-case hexadecimal digits. */
export function fingerprintOf(secured: TLSSocket): string {
  return plainFingerprint(secured.getPeerX509Certificate()?.fingerprint256 ?? '');
}

const plainFingerprint = (text: string): string => text.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();

/**
 * A pinned fingerprint accepts exactly that certificate; without one, an authority must have signed it for this host.
 * @returns the fingerprint
 * @throws certificate_changed, certificate_refused
 */
export function checkCertificate(secured: TLSSocket, pinned: string | null): string {
  const fingerprint = fingerprintOf(secured);
  if (pinned !== null && plainFingerprint(pinned) !== fingerprint)
    throw new ArrivageError('certificate_changed', { fingerprint, pinned: plainFingerprint(pinned) });
  const { authorized, authorizationError } = secured;
  if (pinned !== null || authorized) return fingerprint;
  throw new ArrivageError('certificate_refused', { fingerprint, why: verbatim(whyRefused(authorizationError)) });
}

/** Node's types say an Error; in truth it is its code, or the error of the host's name. */
function whyRefused(error: unknown): string {
  return shownReply(error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error));
}

function explain(error: NodeJS.ErrnoException): ArrivageError {
  const why = verbatim(error.code ?? shownReply(error.message));
  if (/WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL/.test(why))
    return new ArrivageError('tls_unavailable', { reply: why }, error);
  if (/^(ECONNRESET|EPIPE)$/.test(why)) return new ArrivageError('remote_cut', { during: 'TLS' }, error);
  return new ArrivageError('no_safe_algorithm', { why }, error);
}
