import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfig, type Config } from '../../config.ts';
import { runs } from '../command.ts';
import { interruptible } from '../interruption.ts';
import { tryPort } from '../probe.ts';
import { untilStopped } from './serve.ts';

export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('serve on loopback from a temporary folder, import sample files, and show how to try it');
  runs(command, async ({ output }) => {
    interruptible();
    const folder = await mkdtemp(join(tmpdir(), 'arrivage-demo-'));
    try {
      const [{ serve }, { runDemo }] = await Promise.all([import('../../main.ts'), import('../../demo/run.ts')]);
      output.note('Starting arrivage with an embedded Postgres …');
      const serving = await serve(await demoSettings(folder));
      try {
        const facts = await runDemo(serving, folder, output);
        output.result(facts.json, () => facts.lines);
      } catch (error) {
        await serving.stop(0);
        throw error;
      }
      await untilStopped(serving, output.note);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

const usual = { SFTP: 2022, FTP: 2121, FTPS: 2990, HTTP: 8080 } as const;

/** A folder of its own, whatever the environment says: the demo never touches real data. Free ports where needed. */
async function demoSettings(folder: string): Promise<Config> {
  const ports = Object.entries(usual).map(async ([door, port]) => {
    const trouble = await tryPort('127.0.0.1', port);
    return [`ARRIVAGE_${door}_PORT`, String(trouble ? 0 : port)];
  });
  return readConfig({
    ...(Object.fromEntries(await Promise.all(ports)) as Record<string, string>),
    ARRIVAGE_DATA: join(folder, 'data'),
    ARRIVAGE_LOG_LEVEL: 'error',
    // The server from which the demonstration fetches is on this machine.
    ARRIVAGE_ALLOW_PRIVATE_TARGETS: '127.0.0.0/8',
  });
}
