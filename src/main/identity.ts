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
  /** A new one for each FTP control connection, of the certificate in force. */
  tls(): SecureContext;
  /** Reads the certificate again. @throws ConfigError where it cannot be used; the old one stays in force */
  reload(): Promise<Certificate>;
}

/** Host keys and certificate, made at the first start. @throws ConfigError */
export async function openIdentity(config: Config): Promise<Identity> {
  const hostKeys = await openHostKeys(config.dataDir);
  let certificate = await openCertificate(config, new Date());
  return {
    hostKeys,
    certificate: () => certificate,
    tls: () => ftpSecureContext(certificate),
    reload: async () => {
      certificate = await openCertificate(config, new Date());
      return certificate;
    },
  };
}
