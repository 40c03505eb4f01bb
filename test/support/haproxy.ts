import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installed } from './clients.ts';
import { openFolder, startDaemon } from './remotes/daemon.ts';

export const hasHaproxy = installed('haproxy');

export interface Way {
  /** Where HAProxy listens: a port, or a range of them. */
  listen: string;
  /** Where it leads to; without a port, to the same port that was called. */
  to: string;
  /** Of the server line: `send-proxy`, `send-proxy-v2`, `check`. */
  options: string;
}

/** HAProxy with these ways; ready once it listens on `first`. */
export async function startHaproxy(ways: readonly Way[], first: { host: string; port: number }): Promise<void> {
  await startHaproxyWith(
    ways.flatMap(({ listen, to, options }, i) => [
      ...[`listen way${i}`, `  bind ${listen}`, `  server arrivage ${to} ${options}`],
    ]),
    first,
  );
}

/** HAProxy with sections of your own. */
export async function startHaproxyWith(
  sections: readonly string[],
  first: { host?: string; port: number },
): Promise<void> {
  const folder = await openFolder();
  const lines = [
    ...['defaults', '  mode tcp', '  timeout connect 5s', '  timeout client 1m', '  timeout server 1m'],
    ...['  timeout check 2s', '  retries 3', '  option redispatch 1', ...sections],
  ];
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, `${lines.join('\n')}\n`);
  await startDaemon('haproxy', ['-db', '-q', '-f', file], first.port, first.host);
}
