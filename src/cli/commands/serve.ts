import { once } from 'node:events';
import type { Command } from 'commander';
import { firstOperatorLink } from '../../admin/people.ts';
import { ConfigError } from '../../config.ts';
import type { Serving } from '../../main.ts';
import { readSettings, runs } from '../command.ts';
import { Interrupted, interruptible } from '../interruption.ts';
import { startUp, startUpLines } from '../start-up.ts';

/** How long transfers and syncs may take to finish after a signal to stop. */
const GRACE_MS = 25_000;

export function addServe(program: Command): void {
  runs(
    program
      .command('serve')
      .description('serve until stopped (SIGTERM, Ctrl-C); SIGHUP takes up a renewed certificate'),
    async ({ output }) => {
      const config = readSettings();
      // Who stops it while it starts need not look for a Postgres that stayed behind.
      interruptible();
      // The doors take a while to load; other commands do without them.
      const { serve } = await import('../../main.ts');
      const serving = await serve(config);
      const first = serving.httpPort === undefined ? undefined : await firstOperatorLink(serving.foundation.database);
      const facts = startUp(config, serving, first);
      output.result({ event: 'started', ...facts }, () => startUpLines(facts));
      await untilStopped(serving, output.note);
    },
  );
}

/** Resolves when the server has stopped after a first signal; a second one ends the process at once. */
export async function untilStopped(serving: Serving, note: (text: string) => void): Promise<void> {
  const onHangUp = () => {
    void reload(serving);
  };
  process.on('SIGHUP', onHangUp);
  const signal = await firstSignal();
  note(`Stopping (${signal}): transfers may finish for ${GRACE_MS / 1000} s; once more stops at once.`);
  await serving.stop(GRACE_MS);
  process.off('SIGHUP', onHangUp);
}

async function firstSignal(): Promise<string> {
  const interruption = interruptible();
  if (!interruption.aborted) await once(interruption, 'abort');
  return interruption.reason instanceof Interrupted ? interruption.reason.signal : '';
}

async function reload({ foundation: { log }, reloadCertificate }: Serving): Promise<void> {
  try {
    const { fingerprint, validTo } = await reloadCertificate();
    log.info({ fingerprint, validTo }, 'certificate reloaded');
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [String(error)];
    log.error({ problems }, 'the certificate cannot be reloaded; the old one stays in force');
  }
}
