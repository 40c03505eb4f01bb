import type { Command } from 'commander';
import { readSettings, runs } from '../command.ts';
import type { Check } from './check.ts';
import { checkDatabase } from '../check-database.ts';
import { checkDisk, checkIdentity, checkNode, checkPassivePorts, checkPorts } from '../checks.ts';
import { CommandFailure } from '../failure.ts';

const marks = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('check ports, database, disk, keys and TLS, and say what to do');
  runs(command, async ({ output }) => {
    const config = readSettings();
    const checks: Check[] = [checkNode(process.versions.node)];
    for (const check of [checkDisk, checkDatabase, checkIdentity, checkPorts, checkPassivePorts])
      checks.push(...(await check(config)));
    const failed = checks.filter(({ level }) => level === 'fail').length;
    output.result({ ok: failed === 0, checks }, () =>
      checks.flatMap(({ name, level, text, advice }) => [
        `${marks[level]}  ${name.padEnd(14)} ${text}`,
        ...(advice === undefined ? [] : [`      ${' '.repeat(14)} → ${advice}`]),
      ]),
    );
    if (failed > 0) throw new CommandFailure(`${failed} of ${checks.length} checks failed.`);
  });
}
