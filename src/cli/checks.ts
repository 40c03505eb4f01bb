import { readdir, stat, statfs } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { ConfigError, type Config } from '../config.ts';
import { readCertificate } from '../identity/certificate.ts';
import { readHostKeys } from '../identity/host-keys.ts';
import { requireOwn, strayCure, strayFolders, strayText } from '../main/data-folder.ts';
import { dataFolderTrouble, portTrouble, StartFailure } from '../main/start-failure.ts';
import { fail, ok, warn, type Check } from './commands/check.ts';
import { isArrivage, tryPort } from './probe.ts';

const LEAST_FREE_BYTES = 2 ** 30;
const RENEW_DAYS = 30;
const DAY_MS = 86_400_000;
const FEW_PORTS = 10;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return good ? ok('Node', version) : fail('Node', `${version} is too old`, 'Install Node 20.19 or newer.');
}

/** Makes nothing that stays: whoever looks may be another user than the server's. */
export async function checkDisk({ dataDir }: Config): Promise<Check[]> {
  const name = 'Data folder';
  try {
    await stat(dataDir);
    await requireOwn(dataDir);
    const [stray] = await strayFolders(dataDir);
    if (stray) return [fail(name, strayText(stray), `Give it to the spool's owner: ${strayCure(dataDir)}`)];
    const { bavail, bsize, files, ffree } = await statfs(dataDir);
    const free = bavail * bsize;
    const text = `${dataDir}, ${(free / 1e9).toFixed(1)} GB free`;
    const advice = 'Make room, or set ARRIVAGE_DATA to a folder on a larger disk.';
    if (free === 0) return [fail(name, text, advice)];
    // Some file systems count none.
    if (files > 0 && ffree === 0) return [fail(name, `${text}, but no file can be made there (inodes)`, advice)];
    return [free < LEAST_FREE_BYTES ? warn(name, text, advice) : ok(name, text)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [ok(name, `${dataDir}: the first start makes it`)];
    if (error instanceof StartFailure) return [fail(name, error.message)];
    return [fail(name, dataFolderTrouble(dataDir)(error as Error))];
  }
}

export async function checkIdentity(config: Config): Promise<Check[]> {
  try {
    const hostKeys = await readHostKeys(config.dataDir);
    const keys = hostKeys.map(({ type, fingerprint }) => ok('Host key', `${type} ${fingerprint}`));
    if (keys.length === 0) keys.push(ok('Host key', 'the first start makes them'));
    return [...keys, await checkCertificate(config), ...(await checkModes(config))];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => fail('Keys', problem));
    throw error;
  }
}

async function checkCertificate(config: Config): Promise<Check> {
  const found = await readCertificate(config);
  if (!found) return ok('TLS', 'self-signed: the first start makes it');
  const { isOwn, validTo } = found;
  const text = `${isOwn ? 'self-signed' : 'from ARRIVAGE_TLS_CERT'}, valid until ${validTo.toISOString().slice(0, 10)}`;
  return certificateCheck(text, isOwn, (validTo.getTime() - Date.now()) / DAY_MS, config);
}

/** Private keys that others than their owner may read. */
async function checkModes({ dataDir, tls }: Config): Promise<Check[]> {
  const folder = join(dataDir, 'identity');
  const own = (await readdir(folder).catch(() => [])).map((file) => join(folder, file));
  const modes = [...own, ...(tls.key === undefined ? [] : [tls.key])].map(async (path) => {
    const { mode } = await stat(path);
    if ((mode & 0o077) === 0) return [];
    const text = `${path} has mode ${(mode & 0o777).toString(8).padStart(4, '0')}: others may read it`;
    return [warn('Keys', text, `chmod 600 ${path}`)];
  });
  return (await Promise.all(modes)).flat();
}

function certificateCheck(text: string, isOwn: boolean, daysLeft: number, config: Config): Check {
  if (daysLeft <= 0 && isOwn) return warn('TLS', text, 'The next start makes another; compare the clock, too.');
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
