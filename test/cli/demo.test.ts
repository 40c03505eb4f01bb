import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { has, run, until } from '../support/clients.ts';
import { openCli } from './cli.ts';

/** A whole server, its database and clients start and end: minutes where the machine is busy. */
const WHOLE_DEMO = { timeout: 180_000 };

interface Ready {
  dataDir: string;
  lines: string[];
  http: number;
  person: { email: string; password: string };
  syncs: { tenant: string; state: string; files: Record<string, unknown>[] }[];
}

it(
  'shows itself: files through every door, reports, and lines that work when they are pasted',
  WHOLE_DEMO,
  async () => {
    const cli = await openCli({ embedded: true });
    const demo = cli.start(['demo', '--json']);
    const { dataDir, lines, syncs, http, person } = (await demo.event('ready')) as unknown as Ready;
    expect(syncs).toMatchObject([
      {
        ...{ tenant: 'demo', state: 'applied', incomplete: false },
        files: [
          { dataset: 'clients', encoding: 'windows-1252', read: 80, inserted: 80 },
          { dataset: 'contacts', read: 40, inserted: 40 },
          { dataset: 'ecritures', read: 2004, inserted: 2000, rejected: 3, duplicate: 1 },
        ],
      },
      { tenant: 'demo-fec', state: 'applied', files: [{ inserted: 10 }, { read: 360, inserted: 120, skipped: 240 }] },
      {
        tenant: 'demo-pull',
        state: 'applied',
        files: [{ inserted: 80 }, { inserted: 2000, rejected: 3, duplicate: 1 }],
      },
    ]);

    const pasted = lines.map((line) => line.trim()).filter((line) => /^(psql|curl|lftp) /.test(line));
    expect(pasted).toHaveLength(8);
    for (const line of pasted.filter((each) => has(each.split(' ')[0] ?? ''))) {
      const { code, stdout, stderr } = await run('sh', ['-c', line]);
      expect({ line, code, said: code === 0 ? '' : stdout + stderr }).toEqual({ line, code: 0, said: '' });
    }
    const sftp = lines.map((line) => line.trim()).find((line) => line.startsWith('sftp ')) ?? '';
    if (has('sftp')) {
      const listed = await run('sh', ['-c', sftp], { input: 'ls -1 reports\n' });
      expect(listed.stdout).toMatch(/reports\/ecritures\.csv\.\d{8}T\d{6}Z\.rejections\.csv/);
    }
    const beside = await cli.run(['sync', 'list', 'demo', '--json'], { env: { ARRIVAGE_DATA: dataDir } });
    const known = JSON.parse(beside.stdout) as { state: string }[];
    expect(known.map(({ state }) => state)).toContain('applied');

    const origin = `http://127.0.0.1:${http}`;
    expect(lines.join('\n')).toContain(`${origin}/\n  e-mail ${person.email}, password ${person.password}`);
    const signedIn = await fetch(`${origin}/sign-in`, {
      ...{ method: 'POST', redirect: 'manual', headers: { origin } },
      body: new URLSearchParams(person),
    });
    expect(signedIn.status).toBe(303);

    demo.signal('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(existsSync(dirname(dataDir))).toBe(false);
  },
);

it('says what it does to people, and shows the reports', WHOLE_DEMO, async () => {
  const cli = await openCli({ embedded: true });
  const demo = cli.start(['demo']);
  await until('it serves', () => demo.stdout().includes('until Ctrl-C'), 120_000);
  expect(demo.stderr()).toMatch(
    /SFTP: clients\.csv, contacts\.csv …\nFTP over TLS: ecritures\.csv …\nFTPS: \d+FEC\d+\.txt …/,
  );
  expect(demo.stderr()).toMatch(/✓ ecritures {2}ecritures_\d{8}\.csv \(\d+ bytes, .* UTC\)/);
  expect(demo.stdout()).toContain('« douze euros » n’est pas un montant');
  expect(demo.stdout()).toContain("psql 'postgres://");
  demo.signal('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(existsSync(join(cli.folder, 'data'))).toBe(false);
});
