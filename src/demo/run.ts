import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addApiKey } from '../db/queries/access/api-keys.ts';
import type { Database, Db } from '../db/client.ts';
import { listSyncs, type SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import { changeTenant } from '../db/queries/tenants/tenants.ts';
import { fingerprintOf } from '../identity/host-keys.ts';
import type { Serving } from '../main.ts';
import type { Dataset } from '../model/dataset.ts';
import { summaryText } from '../report/summary.ts';
import { createOperator } from '../admin/people.ts';
import { generatePassword } from '../auth/password.ts';
import type { Language } from '../model/tenant.ts';
import { makeApiKey } from '../auth/api-key.ts';
import { pauseUnlessInterrupted } from '../cli/interruption.ts';
import type { Output } from '../cli/output.ts';
import { reportOf } from '../cli/stored-report.ts';
import { syncView } from '../admin/sync-view.ts';
import { forScripts } from '../admin/wording.ts';
import { untilFinished } from '../cli/commands/sync-watch.ts';
import { demoFiles, type DemoFile } from './files.ts';
import { showPull } from './pull.ts';
import { pushOverFtps, pushOverSftp } from './push.ts';
import { makeTenant, type DemoTenant } from './tenants.ts';
import { tryLines, type Reach } from './try-lines.ts';

const LOOK_MS = 50;
const TAKE_UP_MS = 60_000;

/**
 * The demonstration on a server that runs: two tenants, their files pushed through the doors by real clients, the
 * reports, and lines to try. `folder` takes the sample files and what clients need.
 */
export async function runDemo(serving: Serving, folder: string, output: Output) {
  const { db } = serving.foundation.database;
  const files = demoFiles(new Date());
  const reach = await prepare(serving, folder, Object.values(files));
  const demo = await makeTenant(db, 'demo', ['clients', 'contacts', 'ecritures'], folder);
  const fec = await makeTenant(db, 'demo-fec', ['clients', 'ecritures'], folder);
  await push(serving, reach, { demo, fec, files }, output);

  const syncs = [await firstSync(serving, demo, output), await firstSync(serving, fec, output)];
  syncs.push(await pull(serving, reach, folder, files, output));
  // From now on a file that somebody tries is imported by itself, at once.
  await changeTenant(db, demo.id, { trigger: 'each' });
  const reports = await Promise.all(syncs.map((sync) => reportOf(serving.foundation.database, sync)));
  const lines = tryLines(reach, demo, serving.foundation.database.url);
  return {
    json: {
      event: 'ready',
      ...reach,
      tenants: [demo, fec],
      syncs: syncs.map((sync) => syncView(sync, forScripts)),
      lines,
    },
    lines: [...reports.map((report) => `${'─'.repeat(80)}\n${summaryText(report)}`), '─'.repeat(80), ...lines],
  };
}

/** Writes what clients read: sample files, the certificate to trust, the host keys to know. */
async function prepare(
  { foundation, doors, identity, httpPort }: Serving,
  folder: string,
  files: DemoFile[],
): Promise<Reach> {
  const reach = {
    sftp: doors?.ports.sftp ?? 0,
    ftp: doors?.ports.ftp ?? 0,
    ftps: doors?.ports.ftps ?? 0,
    http: httpPort ?? 0,
    dataDir: join(folder, 'data'),
    samples: join(folder, 'samples'),
    certFile: join(folder, 'cert.pem'),
    knownHosts: join(folder, 'known_hosts'),
    apiKey: await operatorKey(foundation.database.db),
    person: await operatorPerson(foundation.database, foundation.config.language),
  };
  await mkdir(reach.samples);
  for (const { name, bytes } of files) await writeFile(join(reach.samples, name), bytes);
  await writeFile(reach.certFile, identity.certificate().cert);
  const hosts = identity.hostKeys.map(({ publicKey }) => `[127.0.0.1]:${reach.sftp} ${publicKey}\n`);
  await writeFile(reach.knownHosts, hosts.join(''));
  return reach;
}

async function operatorKey(db: Db): Promise<string> {
  const { key, ...stored } = makeApiKey();
  await addApiKey(db, null, { ...stored, name: 'demo', scope: 'operator', createdBy: 'demo' });
  return key;
}

async function operatorPerson(database: Database, language: Language): Promise<Reach['person']> {
  const person = { email: 'demo@example.org', password: generatePassword() };
  await createOperator({ database, actor: 'demo' }, { ...person, language });
  return person;
}

interface Parcel {
  demo: DemoTenant;
  fec: DemoTenant;
  files: ReturnType<typeof demoFiles>;
}

async function push({ identity }: Serving, reach: Reach, { demo, fec, files }: Parcel, output: Output): Promise<void> {
  const { clients, contacts, ecritures } = files;
  const ca = identity.certificate().cert;
  const known = new Set(identity.hostKeys.map(({ fingerprint }) => fingerprint));
  const login = ({ id, password }: DemoTenant, port: number) => ({ port, username: id, password });
  output.note(`SFTP: ${clients.name}, ${contacts.name} …`);
  await pushOverSftp(login(demo, reach.sftp), (key) => known.has(fingerprintOf(key)), [clients, contacts]);
  output.note(`FTP over TLS: ${ecritures.name} …`);
  await pushOverFtps(login(demo, reach.ftp), { ca, implicit: false }, [ecritures]);
  output.note(`FTPS: ${files.fec.name} …`);
  await pushOverFtps(login(fec, reach.ftps), { ca, implicit: true }, [files.fec]);
}

/** Lays dated files on a server that belongs to nobody's import, and has another tenant fetch them. */
async function pull(
  serving: Serving,
  { sftp }: Reach,
  folder: string,
  { clients, ecritures }: Parcel['files'],
  output: Output,
) {
  const { db } = serving.foundation.database;
  const expected = ['clients', 'ecritures'] satisfies Dataset[];
  const login = await makeTenant(db, 'demo-server', expected, folder);
  await changeTenant(db, login.id, { trigger: 'done-file' });
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const dated = { ...ecritures, name: `ecritures_${today}.csv` };
  const known = new Set(serving.identity.hostKeys.map(({ fingerprint }) => fingerprint));
  const account = { port: sftp, username: login.id, password: login.password };
  await pushOverSftp(account, (key) => known.has(fingerprintOf(key)), [clients, dated]);
  const tenant = await makeTenant(db, 'demo-pull', expected, folder);
  return showPull(serving, tenant, { login, port: sftp }, output);
}

async function firstSync({ foundation }: Serving, { id }: DemoTenant, output: Output): Promise<SyncWithFiles> {
  const end = Date.now() + TAKE_UP_MS;
  for (;;) {
    const [sync] = await listSyncs(foundation.database.db, id, 1);
    if (sync) return untilFinished(foundation, sync.id, output.json);
    if (Date.now() > end) throw new Error(`nothing took the files of ${id} up`);
    await pauseUnlessInterrupted(LOOK_MS);
  }
}
