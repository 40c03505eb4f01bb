import ssh2 from 'ssh2';
import { onTestFinished } from 'vitest';
import postgres from 'postgres';
import { openCli, type Cli } from '../cli/cli.ts';
import { run, until, type Ran } from '../support/clients.ts';
import { openWorkplace, sftp, type Workplace } from '../support/openssh.ts';
import type { Started } from '../support/started.ts';

export const PASSWORD = 'mot de passe';

/** A started server, driven from outside only: by its command line, by real clients, by SQL. */
export interface ServerWorld {
  cli: Cli;
  server: Started;
  ports: { sftp: number; ftp: number; ftps: number; http: number };
  client: Workplace;
  sftp: (commands: string[], tenant?: string) => Promise<Ran>;
  /** Curl over FTP with explicit TLS; `path` follows the host. */
  curl: (path: string, args: string[], tenant?: string) => Promise<Ran>;
}

/** The counts that the command line gives of a file. */
interface ListedFile {
  dataset: string | null;
  name: string;
  read: number;
  inserted: number;
  rejected: number;
  skipped: number;
  duplicate: number;
}

export interface ListedSync {
  id: number;
  tenant: string;
  state: string;
  incomplete: boolean;
  files: ListedFile[];
}

/** Starts `serve` and waits until it is ready. */
export async function startServer(
  cli: Cli,
  env: Record<string, string> = {},
): Promise<Pick<ServerWorld, 'server' | 'ports'>> {
  const server = cli.start(['serve', '--json'], env);
  return { server, ports: (await server.event('started')) as unknown as ServerWorld['ports'] };
}

/** A live tenant that imports each file by itself, and its credential `<id>-export`. */
export async function addTenant(cli: Cli, id: string, options: string[] = []): Promise<void> {
  await cli.json(['tenant', 'create', id, '--name', id, '--live', '--trigger', 'each', ...options]);
  await cli.json(['credential', 'add', id, `${id}-export`, '--password-stdin'], PASSWORD);
}

export async function openServer(options: {
  tenants: string[];
  embedded?: boolean;
  env?: (cli: Cli) => Promise<Record<string, string>>;
}): Promise<ServerWorld> {
  const cli = await openCli({ embedded: options.embedded ?? false });
  for (const tenant of options.tenants) await addTenant(cli, tenant);
  const { server, ports } = await startServer(cli, await options.env?.(cli));
  const client = await openWorkplace();
  onTestFinished(() => client.remove());
  return {
    ...{ cli, server, ports, client },
    sftp: (commands, tenant = 'acme') =>
      sftp(client, commands, { port: ports.sftp, user: `${tenant}-export`, as: { password: PASSWORD } }),
    curl: (path, args, tenant = 'acme') =>
      run(
        'curl',
        [
          '-sS',
          '-k',
          '--ssl-reqd',
          '--user',
          `${tenant}-export:${PASSWORD}`,
          ...args,
          `ftp://127.0.0.1:${ports.ftp}${path}`,
        ],
        {
          cwd: client.folder,
        },
      ),
  };
}

/** SQL on the server's database, beside it. */
export function openSql({ env }: Cli): postgres.Sql {
  const sql = postgres(env['DATABASE_URL'] ?? '', { max: 2, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

/** The tenant's syncs, newest first, once there are `count` and none is under way. */
export async function syncsOf(cli: Cli, tenant: string, count: number): Promise<ListedSync[]> {
  let syncs: ListedSync[] = [];
  await until(
    `${count} syncs of ${tenant} are over`,
    async () => {
      syncs = await cli.json<ListedSync[]>(['sync', 'list', tenant]);
      return syncs.length >= count && syncs.every(({ state }) => state !== 'queued' && state !== 'running');
    },
    60_000,
  );
  return syncs;
}

type Done<T> = (error: Error | null | undefined, value: T) => void;

function promised<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}

export interface Upload {
  write: (text: string) => Promise<void>;
  /** Resolves with the acknowledgement. */
  close: () => Promise<void>;
}

/** An SFTP session of a client that can stop in the middle of a file. */
export async function openSession(port: number, tenant: string): Promise<{ open: (path: string) => Promise<Upload> }> {
  const client = new ssh2.Client();
  onTestFinished(() => void client.destroy());
  await new Promise<void>((resolve, reject) => {
    client.once('ready', () => resolve()).on('error', reject);
    client.connect({ host: '127.0.0.1', port, username: `${tenant}-export`, password: PASSWORD });
  });
  const channel = await promised<ssh2.SFTPWrapper>((done) => client.sftp(done));
  return {
    async open(path) {
      const handle = await promised<Buffer>((done) => channel.open(path, 'w', done));
      let at = 0;
      return {
        async write(text) {
          const bytes = Buffer.from(text);
          const position = at;
          at += bytes.length;
          await promised<unknown>((done) =>
            channel.write(handle, bytes, 0, bytes.length, position, done as () => void),
          );
        },
        async close() {
          await promised<unknown>((done) => channel.close(handle, done as () => void));
        },
      };
    },
  };
}
