import { statfs } from 'node:fs/promises';
import type { Command } from 'commander';
import { tenantStatus } from '../../db/queries/tenants/status.ts';
import { strayCure, strayFolders, strayText } from '../../main/data-folder.ts';
import { anyNodeLives } from '../../queue/node.ts';
import { runs, withFoundation } from '../command.ts';
import { table } from '../output.ts';

export function addStatus(program: Command): void {
  runs(program.command('status').description('whether a server runs, and how each tenant stands'), ({ output }) =>
    withFoundation(async ({ config, database }) => {
      const isRunning = await anyNodeLives(database);
      const tenants = await tenantStatus(database.sql);
      const { bavail, bsize } = await statfs(config.dataDir);
      const freeBytes = bavail * bsize;
      const strays = (await strayFolders(config.dataDir)).map(strayText);
      output.result({ workerRunning: isRunning, dataDir: config.dataDir, freeBytes, strays, tenants }, () => [
        isRunning ? 'Imports run.' : 'No server imports: start one with arrivage serve',
        `Data in ${config.dataDir}, ${(freeBytes / 1e9).toFixed(1)} GB free.`,
        ...strays.map((text) => `Uploads are refused: ${text} (${strayCure(config.dataDir)})`),
        ...(tenants.length === 0
          ? ['No tenant yet: arrivage tenant create <id> --name <name>']
          : table(titles, tenants.map(rowOf))),
      ]);
    }),
  );
}

const titles = [
  'TENANT',
  'STATE',
  'WAITING',
  'QUEUED',
  'RUNNING',
  'HELD',
  'FAILED 24H',
  'PUT ASIDE',
  'LAST APPLIED',
  'NEXT RUN',
];

function rowOf(tenant: Awaited<ReturnType<typeof tenantStatus>>[number]): string[] {
  const { id, state, waiting, queued, running, held, failed, aside, lastApplied, nextRun } = tenant;
  const counts = [waiting, queued, running, held, failed, aside].map(String);
  return [id, state, ...counts, lastApplied?.toISOString() ?? 'never', nextRun?.toISOString() ?? '-'];
}
