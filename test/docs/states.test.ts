import { describe, expect, it } from 'vitest';
import * as ftp from '../../src/ftp/states.ts';
import { syncStates, uploadStates } from '../../src/model/states.ts';
import * as sftp from '../../src/sftp/states.ts';
import { drawn, holdToLives } from '../support/lives.ts';
import { addTenant, sharedDatabase, testDepot } from '../support/server.ts';

const database = sharedDatabase();

describe('the lives that are drawn', () => {
  it.each([
    ['upload', uploadStates],
    ['sync', syncStates],
  ] as const)('of an %s name each of its states, and no other', (of, states) => {
    const named = new Set(drawn(of).flat());
    expect([...named].toSorted()).toEqual(['[*]', ...states].toSorted());
  });

  it.each([
    ['FTP control connection', 'open', ftp.lifeSteps],
    ['FTP sign-in', 'user', ftp.stageSteps],
    ['SSH connection', 'signingIn', sftp.lifeSteps],
    ['SFTP channel', 'opening', sftp.channelSteps],
  ] as const)('of an %s are the steps that its code takes', (of, first, steps) => {
    const taken = Object.entries<readonly string[]>(steps).flatMap(([from, to]) => to.map((one) => `${from} ${one}`));
    expect(
      drawn(of)
        .map((arrow) => arrow.join(' '))
        .toSorted(),
    ).toEqual([`[*] ${first}`, ...taken].toSorted());
  });

  it('are all that a database under test lets happen', async () => {
    const { sql } = database();
    await addTenant(await testDepot({ database: database() }));
    await holdToLives(sql);
    const [sync] = await sql`insert into syncs (tenant_id, cause) values ('acme', 'test') returning id`;
    const move = (state: string) => sql`update syncs set state = ${state} where id = ${sync?.['id'] as string}`;
    await expect(move('applied')).rejects.toThrow('draws no queued applied of sync');
    for (const state of ['running', 'running', 'held', 'discarded']) await move(state);
    await expect(move('queued')).rejects.toThrow('draws no discarded queued of sync');
  });
});
