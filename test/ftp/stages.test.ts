import { describe, expect, it } from 'vitest';
import { commands } from '../../src/ftp/commands/table.ts';
import { PASSWORD, ftpWorld } from '../support/ftp-world.ts';
import { type RawClient, rawClient } from './raw-client.ts';

/** What leads to each stage. */
const ways = {
  user: [],
  password: ['USER acme-clear'],
  signedIn: ['USER acme-clear', `PASS ${PASSWORD}`],
} as const;
type Stage = keyof typeof ways;

async function at(port: number, stage: Stage): Promise<RawClient> {
  const client = rawClient(port);
  await client.reply();
  for (const command of ways[stage]) await client.ask(command);
  return client;
}

const stages = Object.keys(ways) as Stage[];

describe('each command', () => {
  it.each(stages)('is answered by the stage of signing in alone where that does not allow it: %s', async (stage) => {
    const world = await ftpWorld({});
    for (const { verb, stages: allowed } of commands.filter((command) => !command.stages.includes(stage))) {
      const client = await at(world.port, stage);
      // Whoever has not signed in learns of no command but that.
      const expected = String(allowed) === 'signedIn' ? /^530 Sign in with USER and PASS first\.$/ : /^503 /;
      expect(`${verb}: ${await client.ask(`${verb} x`)}`.slice(verb.length + 2)).toMatch(expected);
      expect(await client.ask('NOOP')).toMatch(/^200 /);
      client.socket.destroy();
    }
  });

  it.each(stages)('that may be used before signing in is not told to sign in: %s', async (stage) => {
    const world = await ftpWorld({});
    const open = commands.filter((command) => command.stages.includes(stage) && command.stages.includes('user'));
    for (const { verb } of open) {
      const client = await at(world.port, stage);
      expect(await client.ask(verb === 'AUTH' ? 'AUTH no' : `${verb} x`)).not.toMatch(/^530 Sign/);
      client.socket.destroy();
    }
  });
});

describe('signing in', () => {
  it('begins again with USER after a wrong password, and takes the last name that was said', async () => {
    const { port } = await ftpWorld({ language: 'en' });
    const client = await at(port, 'password');
    expect(await client.ask('PASS wrong')).toMatch(/^530 /);
    expect(await client.ask(`PASS ${PASSWORD}`)).toMatch(/^503 /);
    expect(await client.ask('USER nobody')).toMatch(/^331 /);
    expect(await client.ask('USER acme-clear')).toMatch(/^331 /);
    expect(await client.ask(`PASS ${PASSWORD}`)).toMatch(/^230 /);
    expect(await client.ask('USER acme-clear')).toMatch(/^503 /);
  });

  it('is undone by REIN and by AUTH, with what was asked for the next transfer and for a new name', async () => {
    const { port } = await ftpWorld({ language: 'en' });
    const client = await at(port, 'signedIn');
    await client.ask('CWD /in');
    await client.ask('REST 5');
    expect(await client.ask('REIN')).toMatch(/^220 /);
    expect(await client.ask('PWD')).toMatch(/^530 /);
    for (const command of ways.signedIn) await client.ask(command);
    expect(await client.ask('PWD')).toMatch(/^257 "\/" /);
    expect(await client.ask('AUTH TLS')).toMatch(/^234 /);
    await client.secure();
    expect(await client.ask('PWD')).toMatch(/^530 /);
    for (const command of ways.signedIn) await client.ask(command);
    expect(await client.ask('RNTO x')).toMatch(/^503 /);
  });
});
