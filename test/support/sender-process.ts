import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openDatabase } from '../../src/db/client.ts';
import { createEvents } from '../../src/events.ts';
import { openFiles } from '../../src/files/open-files.ts';
import { openLog } from '../../src/log.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import type { Credential, Tenant } from '../../src/model/tenant.ts';
import { openDiskSpool } from '../../src/spool/disk.ts';

// Commits files for ever, some of them by a rename, and says each step on standard output, until it is killed.
// Arguments: database address, spool folder, tenant as JSON.
const [url = '', folder = '', tenant = ''] = process.argv.slice(2);
const files = openFiles(
  { tenant: JSON.parse(tenant) as Tenant, door: 'import', credential: { username: 'kill' } as Credential },
  {
    spool: openDiskSpool(folder),
    database: openDatabase(url),
    log: openLog('silent'),
    events: createEvents(() => undefined),
    now: Date.now,
  },
);
const say = (line: string): void => void writeSync(1, `${line}\n`);

async function sendForever(lane: number): Promise<never> {
  for (let i = 0; ; i++) {
    const path = `/${process.pid}-${lane}-${i}.csv`;
    const viaRename = i % 3 === 2;
    const inbound = await files.receive((viaRename ? `${path}.part` : path) as VirtualPath, { kind: 'replace' });
    const data = randomBytes(1 + Math.floor(Math.random() * 200_000));
    for (let at = 0; at < data.length; at += 32_768) await inbound.write(data.subarray(at, at + 32_768));
    say(`sent ${path}`);
    await inbound.commit();
    if (viaRename) await files.rename(`${path}.part` as VirtualPath, path as VirtualPath);
    say(`acknowledged ${path}`);
  }
}

await files.space();
say('ready');
await Promise.all([sendForever(0), sendForever(1)]);
