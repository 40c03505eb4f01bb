import { describe, expect, it } from 'vitest';
import { has, run } from '../support/clients.ts';
import { sshOptions } from '../support/openssh.ts';
import { openServer, openSql, PASSWORD, syncsOf, type ServerWorld } from './server-world.ts';

const clients = 'Code client;Raison sociale;Ville\r\nC1;Dupont & Fils;Orléans\r\nC2;Établissements Ménard;Sète\r\n';
const ecritures = [
  'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit',
  'C1;VE;F1;01/11/2026;01/12/2026;Facture 1;1 200,50;',
  'C2;VE;F2;02/11/2026;02/12/2026;"Facture; deux";99,50;',
  'C2;BQ;R1;03/11/2026;;Règlement;;99,50',
  'C9;VE;F3;04/11/2026;04/12/2026;Client inconnu;10,00;',
  '',
].join('\r\n');
/** As an accountant's software writes it. */
const cp1252 = (text: string): Buffer => Buffer.from(text, 'latin1');

async function openAcme(): Promise<ServerWorld> {
  const world = await openServer({ tenants: ['acme'] });
  await world.client.write('clients.csv', cp1252(clients));
  await world.client.write('ecritures.csv', cp1252(ecritures));
  return world;
}

/** Both files were put, one after the other, by whatever client: they stand in Postgres, and the syncs say so. */
async function expectImported({ cli }: ServerWorld): Promise<void> {
  const sql = openSql(cli);
  const syncs = await syncsOf(cli, 'acme', 2);
  expect(syncs.map(({ state }) => state)).toEqual(['applied', 'applied']);
  expect(await sql`select client_code, name, city from clients where tenant_id = 'acme' order by 1`).toEqual([
    { client_code: 'C1', name: 'Dupont & Fils', city: 'Orléans' },
    { client_code: 'C2', name: 'Établissements Ménard', city: 'Sète' },
  ]);
  const rows = await sql`
    select client_code, piece_number, amount::float8 as amount, label from ecritures where tenant_id = 'acme' order by 2`;
  expect(rows).toEqual([
    { client_code: 'C1', piece_number: 'F1', amount: 1200.5, label: 'Facture 1' },
    { client_code: 'C2', piece_number: 'F2', amount: 99.5, label: 'Facture; deux' },
    { client_code: 'C2', piece_number: 'R1', amount: -99.5, label: 'Règlement' },
  ]);
}

describe.skipIf(!has('sftp'))('OpenSSH sftp', () => {
  it('puts two files, and reads in /reports what became of them, over SFTP and FTP', async () => {
    const world = await openAcme();
    expect(await world.sftp(['put clients.csv'])).toMatchObject({ code: 0 });
    expect(await world.sftp(['put ecritures.csv'])).toMatchObject({ code: 0 });
    await expectImported(world);

    const listed = await syncsOf(world.cli, 'acme', 2);
    const none = { updated: 0, unchanged: 0, settled: 0, reopened: 0, skipped: 0, duplicate: 0 };
    expect(listed[0]).toMatchObject({
      ...{
        id: expect.any(Number) as number,
        tenant: 'acme',
        state: 'applied',
        incomplete: expect.any(Boolean) as boolean,
      },
      files: [
        {
          ...none,
          ...{ dataset: 'ecritures', name: 'ecritures.csv', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
          ...{ encoding: 'windows-1252', delimiter: ';', read: 4, inserted: 3, rejected: 1 },
        },
      ],
    });
    const shown = await world.cli.json(['sync', 'show', String(listed[1]?.id)]);
    expect(shown).toMatchObject({
      tenant: 'acme',
      state: 'applied',
      files: [{ ...none, dataset: 'clients', inserted: 2 }],
    });

    const { stdout } = await world.sftp(['ls -1 reports']);
    const names = stdout.split('\n').flatMap((line) => /^reports\/(\S+)\s*$/.exec(line)?.[1] ?? []);
    const report = names.find((name) => /^ecritures\.csv\..+\.report\.txt$/.test(name)) ?? '';
    const rejections = names.find((name) => /^ecritures\.csv\..+\.rejections\.csv$/.test(name)) ?? '';
    expect(names.some((name) => /^clients\.csv\..+\.report\.txt$/.test(name))).toBe(true);
    expect(await world.sftp([`get reports/${report} r.txt`, `get reports/${rejections} r.csv`])).toMatchObject({
      code: 0,
    });
    expect((await world.client.read('r.txt')).toString()).toMatch(/ecritures\.csv/);
    expect((await world.client.read('r.csv')).toString()).toContain('C9;VE;F3;04/11/2026');
    if (!has('curl')) return;
    const overFtp = await world.curl(`/reports/${report}`, []);
    expect(overFtp).toMatchObject({ code: 0, stdout: (await world.client.read('r.txt')).toString() });
  });
});

describe.skipIf(!has('curl'))('curl over explicit FTPS', () => {
  it('puts two files that stand in Postgres', async () => {
    const world = await openAcme();
    for (const name of ['clients.csv', 'ecritures.csv'])
      expect(await world.curl(`/${name}`, ['-T', name])).toMatchObject({ code: 0 });
    await expectImported(world);
    expect((await world.curl('/reports/', ['-l'])).stdout).toMatch(/ecritures\.csv\.\S+\.rejections\.csv/);
  });
});

describe.skipIf(!has('lftp'))('lftp', () => {
  it('puts one file over FTPS, one over SFTP', async () => {
    const world = await openAcme();
    const { client, ports } = world;
    const ssh = `ssh -a -x ${sshOptions(client, { password: '' }).join(' ')}`;
    const set = `set ssl:verify-certificate no; set sftp:auto-confirm yes; set sftp:connect-program "${ssh}"; set net:max-retries 1`;
    const put = (url: string, name: string) => {
      const commands = `${set}; open -u acme-export,${PASSWORD.replaceAll(' ', '\\ ')} ${url}; put ${name} -o ${name}.tmp; mv ${name}.tmp ${name}`;
      return run('lftp', ['-c', commands], { cwd: client.folder, env: { HOME: client.folder } });
    };
    expect(await put(`ftps://127.0.0.1:${ports.ftps}`, 'clients.csv')).toMatchObject({ code: 0 });
    expect(await put(`sftp://127.0.0.1:${ports.sftp}`, 'ecritures.csv')).toMatchObject({ code: 0 });
    await expectImported(world);
  });
});

describe.skipIf(!has('rclone'))('rclone', () => {
  it('copies one file over SFTP, one over FTPS', async () => {
    const world = await openAcme();
    const { client, ports } = world;
    const pass = (await run('rclone', ['obscure', PASSWORD])).stdout.trim();
    const copy = (remote: Record<string, string>, name: string) => {
      const settings = Object.entries({ ...remote, HOST: '127.0.0.1', USER: 'acme-export', PASS: pass });
      const env = Object.fromEntries(settings.map(([key, value]) => [`RCLONE_CONFIG_DOOR_${key}`, value]));
      return run('rclone', ['--config', '/dev/null', '--retries', '1', 'copy', name, 'door:'], {
        cwd: client.folder,
        env: { ...env, HOME: client.folder },
      });
    };
    expect(await copy({ TYPE: 'sftp', PORT: String(ports.sftp) }, 'clients.csv')).toMatchObject({ code: 0 });
    const ftp = { TYPE: 'ftp', PORT: String(ports.ftp), EXPLICIT_TLS: 'true', NO_CHECK_CERTIFICATE: 'true' };
    expect(await copy(ftp, 'ecritures.csv')).toMatchObject({ code: 0 });
    await expectImported(world);
  });
});
