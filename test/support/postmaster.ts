import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The pid of the Postgres that serves a data folder. */
export function serverPid(folder: string): number {
  return Number.parseInt(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8'));
}
