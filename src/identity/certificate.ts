import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { ConfigError, type Config } from '../config.ts';
import { readIfThere, readOrMake, replaceSecret } from './keep.ts';
import { selfSigned } from './x509.ts';

export interface Certificate {
  /** PEM: the certificate, and those that lead to its authority. */
  cert: string;
  /** PEM. */
  key: string;
  /** SHA-256 in pairs of hexadecimal digits. */
  fingerprint: string;
  validTo: Date;
  /** Made by us, so that no client trusts it by itself. */
  isOwn: boolean;
}

type Settings = Pick<Config, 'dataDir' | 'publicHost' | 'tls'>;

/** The most that clients accept of a certificate (CA/Browser Forum until 2026, Apple). */
const OWN_DAYS = 825;
const DAY_MS = 86_400_000;

/**
 * The certificate of the settings, else one of our own, made at the first start and again when it has expired or
 * ARRIVAGE_PUBLIC_HOST names a host that it does not cover. Call again to take up a renewed one.
 * @throws ConfigError
 */
export async function openCertificate(settings: Settings, now: Date): Promise<Certificate> {
  const { cert, key } = settings.tls;
  return cert === undefined || key === undefined ? openOwn(settings, now) : openGiven(cert, key);
}

/** The certificate as it is, also one that has expired; undefined where ours is not made yet. @throws ConfigError */
export async function readCertificate({ dataDir, tls: { cert, key } }: Settings): Promise<Certificate | undefined> {
  if (cert !== undefined && key !== undefined) return openGiven(cert, key);
  const stored = await readIfThere(ownPath(dataDir));
  return stored === undefined ? undefined : certificate(stored, stored, true);
}

const openGiven = async (cert: string, key: string): Promise<Certificate> =>
  certificate(await readSetting('ARRIVAGE_TLS_CERT', cert), await readSetting('ARRIVAGE_TLS_KEY', key), false);

const ownPath = (dataDir: string): string => join(dataDir, 'identity', 'tls.pem');

async function readSetting(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`${name} cannot be read: ${(error as Error).message}`]);
  }
}

async function openOwn({ dataDir, publicHost }: Settings, now: Date): Promise<Certificate> {
  const path = ownPath(dataDir);
  const hosts = [...new Set([publicHost ?? 'localhost', 'localhost', '127.0.0.1', '::1'])];
  const make = () => makeOwn(hosts, now);
  const stored = await readOrMake(path, make);
  const { validTo } = parse(`${path} holds no certificate`, () => new X509Certificate(stored));
  const isGood = new Date(validTo) > now && hosts.every((host) => covers(stored, host));
  const pem = isGood ? stored : await replaceSecret(path, make());
  return certificate(pem, pem, true);
}

function covers(pem: string, host: string): boolean {
  const parsed = new X509Certificate(pem);
  return (isIP(host) ? parsed.checkIP(host) : parsed.checkHost(host)) !== undefined;
}

/** Certificate and key in one PEM text, so that they cannot part. */
export function makeOwn(hosts: readonly string[], now: Date): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  // An hour back, for clients whose clock is slow.
  const from = new Date(now.getTime() - 3_600_000);
  const der = selfSigned(privateKey, hosts, from, new Date(from.getTime() + OWN_DAYS * DAY_MS));
  return `${new X509Certificate(der).toString()}${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}`;
}

function certificate(cert: string, key: string, isOwn: boolean): Certificate {
  const parsed = parse('ARRIVAGE_TLS_CERT holds no certificate', () => new X509Certificate(cert));
  const privateKey = parse('ARRIVAGE_TLS_KEY holds no usable private key', () => createPrivateKey(key));
  if (!parsed.checkPrivateKey(privateKey))
    throw new ConfigError(['ARRIVAGE_TLS_KEY is not the key of the certificate in ARRIVAGE_TLS_CERT']);
  parse('ARRIVAGE_TLS_CERT cannot be served', () => createSecureContext({ cert, key }));
  return { cert, key, fingerprint: parsed.fingerprint256, validTo: new Date(parsed.validTo), isOwn };
}

function parse<T>(problem: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ConfigError([`${problem}: ${(error as Error).message}`]);
  }
}
