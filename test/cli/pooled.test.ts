import { describe, expect, it } from 'vitest';
import { hasPgbouncer, startPgbouncer } from '../support/pgbouncer.ts';
import { openCli } from './cli.ts';

describe.skipIf(!hasPgbouncer)('behind PgBouncer', () => {
  it('every command refuses pooling by transaction before it locks anything', async () => {
    const cli = await openCli();
    const url = cli.env['DATABASE_URL'] ?? '';
    const env = { DATABASE_URL: await startPgbouncer(url, { pool_mode: 'transaction' }) };
    for (const command of ['status', 'serve']) {
      const { code, stderr } = await cli.run([command], { env });
      expect([command, code, stderr]).toEqual([command, 1, expect.stringContaining('pool_mode = session')]);
    }
    const doctor = await cli.run(['doctor'], { env });
    expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/FAIL +Database .*pool_mode = session/)]);
    expect(await cli.run(['status'])).toMatchObject({ code: 0 });
  });

  it('a server and commands work with pooling by session, as Debian sets PgBouncer up', async () => {
    const cli = await openCli();
    const url = cli.env['DATABASE_URL'] ?? '';
    cli.env['DATABASE_URL'] = await startPgbouncer(url, { pool_mode: 'session', default_pool_size: '40' });
    await cli.start(['serve', '--json']).event('started');
    await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
    const file = await cli.file('clients.csv', 'code;nom\nC1;Un\n');
    const [sync] = await cli.json<{ state: string }[]>(['import', 'acme', file]);
    expect(sync?.state).toBe('dry_run');
    expect((await cli.run(['doctor'])).stdout).toMatch(/ok +Database/);
  });
});
