import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { isIP } from 'node:net';
import { ConfigError, type Config } from '../config.ts';
import { openCertificate } from '../identity/certificate.ts';
import { openHostKeys } from '../identity/host-keys.ts';
import { dataFolderTrouble, portTrouble } from '../main/start-failure.ts';
import { fail, ok, warn, type Check } from './check.ts';
import { isArrivage, tryPort } from './probe.ts';

const LEAST_FREE_BYTES = 2 ** 30;
const RENEW_DAYS = 30;
const FEW_PORTS = 10;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return good ? ok('Node', version) : fail('Node', `${version} is too old`, 'Install Node 20.19 or newer.');
}

export async function checkDisk({ dataDir }: Config): Promise<Check[]> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const text = `${dataDir}, ${(free / 1e9).toFixed(1)} GB free`;
    if (free >= LEAST_FREE_BYTES) return [ok('Data folder', text)];
    return [warn('Data folder', text, 'Make room, or set ARRIVAGE_DATA to a folder on a larger disk.')];
  } catch (error) {
    return [fail('Data folder', dataFolderTrouble(dataDir)(error as Error))];
  }
}

export async function checkIdentity(config: Config): Promise<Check[]> {
  try {
    const hostKeys = await openHostKeys(config.dataDir);
    const keys = hostKeys.map(({ type, fingerprint }) => ok('Host key', `${type} ${fingerprint}`));
    const { isOwn, validTo } = await openCertificate(config, new Date());
    const text = `${isOwn ? 'self-signed' : 'from ARRIVAGE_TLS_CERT'}, valid until ${validTo.toISOString().slice(0, 10)}`;
    return [...keys, certificateCheck(text, isOwn, (validTo.getTime() - Date.now()) / 86_400_000, config)];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => fail('Keys', problem));
    throw error;
  }
}

function certificateCheck(text: string, isOwn: boolean, daysLeft: number, config: Config): Check {
  if (daysLeft <= 0) return fail('TLS', text, 'Renew the certificate, then send SIGHUP to the server.');
  if (!isOwn && daysLeft < RENEW_DAYS)
    return warn('TLS', text, 'Renew the certificate soon, then send SIGHUP to the server.');
  if (isOwn && !isLoopback(config.host))
    return warn('TLS', text, 'Clients will not trust it by themselves: set ARRIVAGE_TLS_CERT and ARRIVAGE_TLS_KEY.');
  return ok('TLS', text);
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** A port is good if it is free, or if arrivage itself answers there. */
export async function checkPorts({ host, ports }: Config): Promise<Check[]> {
  const doors = [
    ['SFTP', 'ARRIVAGE_SFTP_PORT', ports.sftp],
    ['FTP', 'ARRIVAGE_FTP_PORT', ports.ftp],
    ['FTPS', 'ARRIVAGE_FTPS_PORT', ports.ftps],
    ['HTTP', 'ARRIVAGE_HTTP_PORT', ports.http],
  ] as const;
  const checks: Check[] = [];
  for (const [door, setting, port] of doors) {
    if (port === undefined) checks.push(ok(`${door} port`, `closed by ${setting}`));
    else if (port === 0) checks.push(ok(`${door} port`, 'any free one'));
    else checks.push(await checkPort(door, setting, host, port));
  }
  return checks;
}

async function checkPort(
  door: 'SFTP' | 'FTP' | 'FTPS' | 'HTTP',
  setting: string,
  host: string,
  port: number,
): Promise<Check> {
  const name = `${door} port`;
  const trouble = await tryPort(host, port);
  if (!trouble) return ok(name, `${host}:${port} is free`);
  if (trouble.code === 'EADDRINUSE' && (await isArrivage(door, host, port)))
    return ok(name, `arrivage answers on ${host}:${port}`);
  return fail(name, portTrouble(door, setting, host, port)(trouble));
}

export async function checkPassivePorts({ host, publicHost, ports }: Config): Promise<Check[]> {
  if (ports.ftp === undefined && ports.ftps === undefined) return [];
  const { from, to } = ports.passive;
  const range = `${from}-${to}`;
  let free = 0;
  for (let port = from; port <= to; port++) if (!(await tryPort(host, port))) free++;
  const text = `${range}, ${free} of ${to - from + 1} free`;
  const advice = 'Set ARRIVAGE_PASSIVE_PORTS to a larger range that nothing else uses, and open it in the firewall.';
  if (free === 0) return [fail('Passive ports', text, advice)];
  if (free < FEW_PORTS) return [warn('Passive ports', text, advice)];
  if (publicHost === undefined && !isLoopback(host) && (isIP(host) === 0 || host === '0.0.0.0' || host === '::'))
    return [warn('Passive ports', text, 'Behind NAT, set ARRIVAGE_PUBLIC_HOST to the name that clients call.')];
  return [ok('Passive ports', text)];
}
