import { Gauge, type Registry } from 'prom-client';
import type { Certificate } from '../identity/certificate.ts';
import type { Log } from '../log.ts';
import type { Identity } from './identity.ts';

const LOOK_MS = 12 * 3_600_000;
const DAY_MS = 86_400_000;
/** As `doctor` warns. */
const WARN_DAYS = 30;

export interface CertificateWatchOptions {
  identity: Pick<Identity, 'certificate' | 'reload'>;
  registry: Registry;
  log: Log;
  now: () => number;
}

/**
 * Shows in the metrics until when the certificate is valid, and warns in the log twice a day from 30 days before. One
 * of our own is made again when it has run out, as at a start.
 */
export function watchCertificate(options: CertificateWatchOptions): { stop(): void } {
  const { identity, registry } = options;
  new Gauge({
    name: 'arrivage_certificate_expires_seconds',
    help: 'When the TLS certificate in force expires, in seconds since 1970.',
    registers: [registry],
    collect() {
      this.set(identity.certificate().validTo.getTime() / 1000);
    },
  });
  void look(options);
  const timer = setInterval(() => void look(options), LOOK_MS).unref();
  return { stop: () => clearInterval(timer) };
}

/** One look; resolves when it is over. */
export async function look({ identity, log, now }: Omit<CertificateWatchOptions, 'registry'>): Promise<void> {
  const { validTo, isOwn } = identity.certificate();
  const days = Math.floor((validTo.getTime() - now()) / DAY_MS);
  if (isOwn && days < 0) {
    await renewOwn(identity, log);
    return;
  }
  if (isOwn || days >= WARN_DAYS) return;
  const advice = 'renew it, then send SIGHUP to the server';
  if (days < 0) log.error({ validTo }, `the TLS certificate has expired: ${advice}`);
  else log.warn({ validTo, days }, `the TLS certificate expires soon: ${advice}`);
}

async function renewOwn(identity: Pick<Identity, 'reload'>, log: Log): Promise<void> {
  try {
    const { fingerprint, validTo }: Certificate = await identity.reload();
    log.warn({ fingerprint, validTo }, 'the self-signed certificate had expired: a new one was made');
  } catch (error) {
    log.error({ err: error }, 'the self-signed certificate has expired, and a new one cannot be made');
  }
}
