import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseSender } from './base/mail-address.ts';
import { parseSmtpUrl } from './base/smtp-url.ts';

/**
 * The configuration: read once from the environment, validated, frozen. Nothing else in the product reads the
 * environment. `docs/operations.md` lists the same settings.
 */

/** The default stands before the transformation, since "off" comes out as `undefined`. */
const port = (usual: number) =>
  z
    .string()
    .regex(/^(off|\d{1,5})$/, 'a port from 0 to 65535, or "off"')
    .default(String(usual))
    .transform((text) => (text === 'off' ? undefined : Number(text)))
    .refine((n) => n === undefined || n <= 65535, 'a port from 0 to 65535, or "off"');

const ports = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'a range such as 50000-50100')
  .transform((text) => {
    const [from, to] = text.split('-').map(Number) as [number, number];
    return { from, to };
  })
  .refine(({ from, to }) => from >= 1 && to <= 65535 && from <= to, 'a range such as 50000-50100');

const MASTER_KEY = /^[\w-]{1,32}:[A-Za-z0-9+/]{43}=$/;

/** `id:base64` of 32 bytes, several separated by commas; no id twice. */
export function isMasterKeys(text: string): boolean {
  const keys = text.split(',');
  const ids = new Set(keys.map((key) => key.slice(0, key.indexOf(':'))));
  return keys.every((key) => MASTER_KEY.test(key)) && ids.size === keys.length;
}

const count = (least: number, most: number) => {
  const expected = `a whole number from ${least} to ${most}`;
  return z.coerce.number(expected).int(expected).min(least, expected).max(most, expected);
};
const address = z.string().refine((text) => isIP(text) !== 0 || text === 'localhost', 'an IP address to listen on');

const rangeFamilies = { 4: 32, 6: 128 } as const;

function isRange(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const family = isIP(address);
  return (
    (family === 4 || family === 6) &&
    /^\d{1,3}$/.test(bits) &&
    Number(bits) <= rangeFamilies[family] &&
    rest.length === 0
  );
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Addresses of proxies, or CIDR ranges: none for "off", which is the default. */
const proxies = z
  .string()
  .default('off')
  .transform((text) => listOf(text === 'off' ? '' : text))
  .refine((list) => list.every(isRange), '"off", or ranges such as 10.0.0.0/8,192.168.1.20');

/** CIDR ranges: none for "off", which is the default, all there are for "on". */
const ranges = z
  .string()
  .default('off')
  .transform((text) => (text === 'on' ? '0.0.0.0/0,::/0' : text === 'off' ? '' : text))
  .transform(listOf)
  .refine((list) => list.every(isRange), '"off", "on", or ranges such as 10.0.0.0/8,192.168.1.20');

/** As both of our drivers read them, and as psql does. */
const sslModes = ['disable', 'require', 'verify-full'];

/** libpq's, which one of our drivers would follow and the other not: they would use two databases, or two ways to one. */
const DIVIDING = new Set([
  ...['host', 'hostaddr', 'port', 'user', 'password', 'passfile', 'database', 'dbname', 'service'],
  ...['target_session_attrs', 'ssl', 'sslcert', 'sslkey', 'sslrootcert', 'uselibpqcompat'],
]);

/** What is wrong with an address of Postgres; what is no letter or digit of a name or password is escaped. */
function databaseUrlFlaw(text: string): string | undefined {
  const expected = 'an address such as postgres://user:password@host:5432/arrivage, with %40 for an @ and so on';
  if (!/^postgres(ql)?:\/\//.test(text)) return expected;
  const [hosts = ''] = text.replace(/^\w+:\/\/([^/?]*@)?/, '').split(/[/?]/);
  if (hosts.includes(','))
    return 'one host: for a failover, one address that leads to the primary (HAProxy, a virtual IP, a name in DNS)';
  try {
    const { username, password, pathname, searchParams } = new URL(text);
    decodeURIComponent(username + password + pathname);
    const modes = searchParams.getAll('sslmode');
    if (modes.length > 1 || !modes.every((mode) => sslModes.includes(mode)))
      return `an sslmode of ${sslModes.join(', ')}`;
    const dividing = [...searchParams.keys()].find((name) => DIVIDING.has(name));
    return dividing === undefined ? undefined : `${expected}, without "${dividing}" behind the question mark`;
  } catch {
    return expected;
  }
}

const roles = ['doors', 'worker', 'api', 'scheduler'] as const;
type Role = (typeof roles)[number];

export const settings = z.object({
  ARRIVAGE_DATA: z
    .string()
    .min(1)
    .default('./data')
    .transform((path) => resolve(path)),
  ARRIVAGE_HOST: address.default('127.0.0.1'),
  ARRIVAGE_PUBLIC_HOST: z.string().min(1).optional(),
  ARRIVAGE_SFTP_PORT: port(2022),
  ARRIVAGE_FTP_PORT: port(2121),
  ARRIVAGE_FTPS_PORT: port(2990),
  ARRIVAGE_HTTP_PORT: port(8080),
  ARRIVAGE_PASSIVE_PORTS: ports.default({ from: 50000, to: 50100 }),
  /** Lets FTP clients have us call back (PORT, EPRT), to their own address only. */
  ARRIVAGE_FTP_ACTIVE: z
    .enum(['on', 'off'], '"on" or "off"')
    .default('off')
    .transform((text) => text === 'on'),
  /** Whose connections to SFTP and FTP begin with a PROXY header: none, or those of these addresses. */
  ARRIVAGE_PROXIES: proxies,
  /** Whose header says from where a request to HTTP comes, and that it came by TLS. */
  ARRIVAGE_TRUSTED_PROXIES: proxies,
  /** Where browsers find the page: what links that are sent begin with. */
  ARRIVAGE_PUBLIC_URL: z
    .string()
    .transform((text) => (/^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined))
    .refine((url) => url?.pathname === '/' && url.search === '', 'an address such as https://arrivage.example.org')
    .transform((url) => url?.origin)
    .optional(),
  ARRIVAGE_TLS_CERT: z.string().min(1).optional(),
  ARRIVAGE_TLS_KEY: z.string().min(1).optional(),
  ARRIVAGE_ROLES: z
    .string()
    .default(roles.join(','))
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(roles, `some of ${roles.join(',')}`)).min(1)),
  ARRIVAGE_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'debug, info, warn, error or silent')
    .default('info'),
  ARRIVAGE_LANGUAGE: z.enum(['fr', 'en'], 'fr or en').default('fr'),
  /** Connections over all, per address, and sessions per tenant. */
  ARRIVAGE_MAX_CONNECTIONS: count(1, 100_000).default(500),
  ARRIVAGE_MAX_CONNECTIONS_PER_ADDRESS: count(1, 100_000).default(50),
  ARRIVAGE_MAX_SESSIONS_PER_TENANT: count(1, 10_000).default(20),
  /** Requests to the API with one key. */
  ARRIVAGE_MAX_REQUESTS_PER_MINUTE: count(1, 1_000_000).default(600),
  /** Seconds. Idle time never counts while a transfer is under way. */
  ARRIVAGE_LOGIN_SECONDS: count(1, 600).default(30),
  ARRIVAGE_IDLE_SECONDS: count(1, 86_400).default(300),
  ARRIVAGE_STALL_SECONDS: count(1, 86_400).default(120),
  /** Hours for which an unfinished transfer can be resumed. */
  ARRIVAGE_PARTIAL_HOURS: count(1, 8_760).default(72),
  /** Days for which original bytes are kept after their sync. */
  ARRIVAGE_ARCHIVE_DAYS: count(1, 36_500).default(90),
  ARRIVAGE_CONCURRENCY: count(1, 64).default(2),
  /** For a drop folder on a network mount, which tells nobody of changes. */
  ARRIVAGE_DROP_POLLING: z
    .enum(['on', 'off'], '"on" or "off"')
    .default('off')
    .transform((text) => text === 'on'),
  /** Whether pull mode and webhooks may connect to private addresses: none, all, or those in the ranges. */
  ARRIVAGE_ALLOW_PRIVATE_TARGETS: ranges,
  /** What seals the secrets in the database; the first key seals, the others open. */
  ARRIVAGE_MASTER_KEYS: z
    .string()
    .refine(isMasterKeys, 'id:base64 of 32 bytes each, separated by commas, no id twice')
    .optional(),
  /** The mail server; without it nobody is written to. */
  ARRIVAGE_SMTP_URL: z
    .string()
    .transform(parseSmtpUrl)
    .refine((smtp) => smtp !== undefined, 'an address such as smtps://user:password@host:465 or smtp://host:587')
    .optional(),
  /** Who writes. */
  ARRIVAGE_MAIL_FROM: z
    .string()
    .transform(parseSender)
    .refine((sender) => sender !== undefined, 'an address such as "Arrivage <arrivage@example.org>"')
    .optional(),
  DATABASE_URL: z
    .string()
    .superRefine((text, context) => {
      const message = databaseUrlFlaw(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .optional(),
});

const shape = (e: z.infer<typeof settings>) => ({
  dataDir: e.ARRIVAGE_DATA,
  host: e.ARRIVAGE_HOST,
  /** What passive replies and ready-made command lines name; the local address where it is not set. */
  publicHost: e.ARRIVAGE_PUBLIC_HOST,
  /** `undefined` closes a door; 0 takes any free port. */
  ports: {
    sftp: e.ARRIVAGE_SFTP_PORT,
    ftp: e.ARRIVAGE_FTP_PORT,
    ftps: e.ARRIVAGE_FTPS_PORT,
    http: e.ARRIVAGE_HTTP_PORT,
    passive: e.ARRIVAGE_PASSIVE_PORTS,
  },
  ftpActive: e.ARRIVAGE_FTP_ACTIVE,
  proxies: e.ARRIVAGE_PROXIES,
  trustedProxies: e.ARRIVAGE_TRUSTED_PROXIES,
  publicUrl: e.ARRIVAGE_PUBLIC_URL,
  tls: { cert: e.ARRIVAGE_TLS_CERT, key: e.ARRIVAGE_TLS_KEY },
  roles: new Set<Role>(e.ARRIVAGE_ROLES),
  logLevel: e.ARRIVAGE_LOG_LEVEL,
  language: e.ARRIVAGE_LANGUAGE,
  limits: {
    connections: e.ARRIVAGE_MAX_CONNECTIONS,
    connectionsPerAddress: e.ARRIVAGE_MAX_CONNECTIONS_PER_ADDRESS,
    sessionsPerTenant: e.ARRIVAGE_MAX_SESSIONS_PER_TENANT,
    loginMs: e.ARRIVAGE_LOGIN_SECONDS * 1000,
    idleMs: e.ARRIVAGE_IDLE_SECONDS * 1000,
    /** A transfer that moves no byte for this long is ended. */
    stallMs: e.ARRIVAGE_STALL_SECONDS * 1000,
  },
  requestsPerMinute: e.ARRIVAGE_MAX_REQUESTS_PER_MINUTE,
  partialMs: e.ARRIVAGE_PARTIAL_HOURS * 3_600_000,
  archiveMs: e.ARRIVAGE_ARCHIVE_DAYS * 86_400_000,
  concurrency: e.ARRIVAGE_CONCURRENCY,
  dropPolling: e.ARRIVAGE_DROP_POLLING,
  privateTargets: e.ARRIVAGE_ALLOW_PRIVATE_TARGETS,
  masterKeys: e.ARRIVAGE_MASTER_KEYS,
  /** `undefined`: e-mail is off. */
  mail:
    e.ARRIVAGE_SMTP_URL && e.ARRIVAGE_MAIL_FROM ? { smtp: e.ARRIVAGE_SMTP_URL, from: e.ARRIVAGE_MAIL_FROM } : undefined,
  databaseUrl: e.DATABASE_URL,
});

export type Config = Readonly<ReturnType<typeof shape>>;

/** Whether a port is one of the server's: of a door, of HTTP, or of FTP's data connections. */
export function isServerPort({ sftp, ftp, ftps, http, passive }: Config['ports'], port: number): boolean {
  return [sftp, ftp, ftps, http].includes(port) || (port >= passive.from && port <= passive.to);
}

/** A setting that cannot be used: one line for each, in the words of the person who wrote it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** @throws ConfigError naming every wrong setting at once */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  // An empty setting is no setting: `ARRIVAGE_TLS_CERT=` in a .env file must not mean the file "".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = settings.safeParse(given);
  if (!result.success) throw new ConfigError(result.error.issues.map((issue) => problem(issue, given)));
  const problems = [...unknownSettings(given), ...contradictions(result.data)];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(shape(result.data));
}

const HIDDEN: ReadonlySet<string> = new Set(['DATABASE_URL', 'ARRIVAGE_MASTER_KEYS', 'ARRIVAGE_SMTP_URL']);

function problem(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0] ?? '');
  const shown = HIDDEN.has(name) ? '(hidden)' : JSON.stringify(given[name]);
  return `${name} is ${shown}: expected ${issue.message}`;
}

function unknownSettings(given: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(given)
    .filter((name) => name.startsWith('ARRIVAGE_') && !(name in settings.shape))
    .map((name) => `${name} is not a setting of arrivage: see docs/operations.md`);
}

function contradictions(e: z.infer<typeof settings>): string[] {
  const problems: string[] = [];
  if ((e.ARRIVAGE_TLS_CERT === undefined) !== (e.ARRIVAGE_TLS_KEY === undefined))
    problems.push('ARRIVAGE_TLS_CERT and ARRIVAGE_TLS_KEY go together: set both or neither');
  if ((e.ARRIVAGE_SMTP_URL === undefined) !== (e.ARRIVAGE_MAIL_FROM === undefined))
    problems.push('ARRIVAGE_SMTP_URL and ARRIVAGE_MAIL_FROM go together: set both or neither');
  return problems;
}
