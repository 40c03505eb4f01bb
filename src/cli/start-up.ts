import type { Config } from '../config.ts';
import type { ShownLink } from '../admin/people.ts';
import type { Serving } from '../main.ts';
import { pageAddress } from './commands/operator.ts';

/**
 * What is said once the server runs: how to reach it, and by what clients know it.
 * @param first the link that makes the first operator, while there is none
 */
export function startUp(config: Config, { doors, httpPort, identity }: Serving, first: ShownLink | undefined) {
  const { host, publicHost, dataDir, databaseUrl, roles } = config;
  const certificate = identity.certificate();
  const { passive } = config.ports;
  return {
    host,
    publicHost: publicHost ?? null,
    sftp: doors?.ports.sftp ?? null,
    ftp: doors?.ports.ftp ?? null,
    ftps: doors?.ports.ftps ?? null,
    http: httpPort ?? null,
    passive: `${passive.from}-${passive.to}`,
    hostKeys: identity.hostKeys.map(({ type, fingerprint }) => ({ type, fingerprint })),
    certificate: {
      fingerprint: certificate.fingerprint,
      validTo: certificate.validTo.toISOString(),
      selfSigned: certificate.isOwn,
    },
    data: dataDir,
    dropFolder: doors?.dropFolder ?? null,
    database: databaseUrl === undefined ? `embedded Postgres in ${dataDir}/postgres` : withoutPassword(databaseUrl),
    roles: [...roles],
    page: httpPort === undefined ? null : pageAddress(config, '/', httpPort),
    firstOperator: first ? { url: pageAddress(config, first.path, httpPort), expiresAt: first.expiresAt } : null,
  };
}

export type StartUp = ReturnType<typeof startUp>;

export function startUpLines(facts: StartUp): string[] {
  const { host, sftp, ftp, ftps, http } = facts;
  const shown = host.includes(':') ? `[${host}]` : host;
  const door = (name: string, port: number | null, remark = '') =>
    port === null ? [] : [`  ${name.padEnd(10)} ${shown}:${port}${remark}`];
  const { fingerprint, selfSigned, validTo } = facts.certificate;
  return [
    'arrivage is ready.',
    ...door('SFTP', sftp),
    ...door('FTP', ftp, ` (explicit TLS; passive ports ${facts.passive})`),
    ...door('FTPS', ftps, ' (implicit TLS)'),
    ...door('HTTP', http, ' (/v1, /docs, /healthz, /readyz, /metrics)'),
    ...(facts.page === null ? [] : [`  Page       ${facts.page}`]),
    ...(facts.dropFolder === null ? [] : [`  Drop       ${facts.dropFolder}/<tenant>/`]),
    ...facts.hostKeys.map(({ type, fingerprint: print }) => `  Host key   ${type} ${print}`),
    `  TLS        SHA-256 ${fingerprint}, ${selfSigned ? 'self-signed, ' : ''}until ${validTo.slice(0, 10)}`,
    `  Data       ${facts.data}`,
    `  Database   ${facts.database}`,
    ...(facts.firstOperator === null
      ? []
      : [
          'Nobody can sign in on the page yet. The first operator does so by this link, which works once, for a day:',
          `  ${facts.firstOperator.url}`,
        ]),
    ...(facts.roles.length < 4 ? [`  Roles      ${facts.roles.join(', ')}`] : []),
  ];
}

export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.href;
}
