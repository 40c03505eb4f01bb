import type { SecureContext } from 'node:tls';
import type { Config } from '../config.ts';
import { ftpSecureContext } from '../ftp/secure.ts';
import { openCertificate, type Certificate } from '../identity/certificate.ts';
import { openHostKeys, type HostKey } from '../identity/host-keys.ts';

/** By what clients know this server. */
export interface Identity {
  readonly hostKeys: readonly HostKey[];
  /** The one in force. */
  certificate(): Certificate;
  /** For FTP, of the certificate in force: the one that connections share, or one with sessions of its own. */
  tls(own: boolean): SecureContext;
  /** Reads the certificate again. @throws ConfigError where it cannot be used; the old one stays in force */
  reload(): Promise<Certificate>;
}

/** Host keys and certificate, made at the first start. @throws ConfigError */
export async function openIdentity(config: Config): Promise<Identity> {
  const hostKeys = await openHostKeys(config.dataDir);
  let certificate = await openCertificate(config, new Date());
  let shared = ftpSecureContext(certificate);
  return {
    hostKeys,
    certificate: () => certificate,
    tls: (own) => (own ? ftpSecureContext(certificate) : shared),
    reload: async () => {
      certificate = await openCertificate(config, new Date());
      shared = ftpSecureContext(certificate);
      return certificate;
    },
  };
}
