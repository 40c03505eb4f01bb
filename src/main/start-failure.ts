import { ConfigError } from '../config.ts';
import { ArrivageError } from '../errors.ts';

/** Why arrivage cannot start: one line, which says what to do. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** Runs a step of the start; what it throws is told by `explain`, unless it explains itself. */
export async function starting<T>(work: Promise<T>, explain: (error: Error) => string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StartFailure || !(error instanceof Error)) throw error;
    throw new StartFailure(explain(error), { cause: error });
  }
}

export const dataFolderTrouble = (folder: string) => (error: Error) =>
  `The data folder ${folder} cannot be used (${error.message}): make it writable for this account, or set ARRIVAGE_DATA to another folder.`;

/** What Postgres says may have several lines. */
export const embeddedTrouble = (error: Error): string =>
  `${error.message.replaceAll(/\s*\n\s*/g, '; ')} Set DATABASE_URL to use a Postgres of your own instead.`;

export const mayNotCreate =
  'this user may not create tables there: grant it CREATE on the database and the schema public.';

const refusals: Readonly<Record<string, string>> = {
  '28P01': 'it refuses the password: correct DATABASE_URL.',
  '28000': 'it refuses this user: correct DATABASE_URL, or allow the user in pg_hba.conf.',
  '3D000': 'it has no database of that name: create it with "createdb", or correct DATABASE_URL.',
  '42501': mayNotCreate,
};

/** SQLSTATE of whoever answers, and not as a Postgres does: its own words say why. */
const SPOKEN = '08P01';

export const databaseTrouble = (url: string) => (error: Error) => {
  const { host, pathname } = new URL(url);
  const root = rootOf(error);
  const code = 'code' in root ? String(root.code) : root.message;
  const where = `The database ${host}${pathname}`;
  if (error instanceof ArrivageError && error.code === 'database_unavailable' && !(code in refusals) && code !== SPOKEN)
    return `${where} cannot be reached (${code}): start it, or correct DATABASE_URL.`;
  return `${where} cannot be used: ${refusals[code] ?? root.message}`;
};

function rootOf(error: Error): Error {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

/** @param setting the setting that names the port, such as ARRIVAGE_SFTP_PORT */
export const portTrouble = (door: string, setting: string, host: string, port: number) => (error: Error) => {
  const where = `${door} cannot listen on ${host}:${port}`;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `${where}, the port is in use: end the program that has it, or set ${setting} to another port (or "off").`;
  if (code === 'EACCES')
    return `${where}, ports below 1024 need root: set ${setting} to a higher port and forward the low one to it.`;
  if (code === 'EADDRNOTAVAIL') return `${where}, this machine has no such address: correct ARRIVAGE_HOST.`;
  return `${where}: ${error.message}`;
};
