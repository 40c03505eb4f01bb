import type { Entry } from '../../files/view.ts';
import { formatStamp } from './times.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HALF_A_YEAR = 182 * 86_400_000;

/** A line of LIST, as `ls -l` prints it in UTC: what every client can read. */
export function listLine(entry: Entry, now: Date): string {
  const mode = entry.kind === 'folder' ? 'd' : '-';
  const bits = entry.writable ? (mode === 'd' ? 'rwxr-xr-x' : 'rw-r--r--') : mode === 'd' ? 'r-xr-xr-x' : 'r--r--r--';
  const size = String(entry.size).padStart(12);
  return `${mode}${bits}    1 arrivage arrivage ${size} ${listTime(entry.modified, now)} ${entry.name}`;
}

function listTime(time: Date, now: Date): string {
  const day = `${MONTHS[time.getUTCMonth()] ?? ''} ${String(time.getUTCDate()).padStart(2, '0')}`;
  const age = now.getTime() - time.getTime();
  const recent = age < HALF_A_YEAR && age > -3_600_000;
  return `${day} ${recent ? time.toISOString().slice(11, 16) : String(time.getUTCFullYear()).padStart(5)}`;
}

/** The facts that we know (RFC 3659, section 7.5), in the order in which FEAT names them. */
export const facts = ['type', 'size', 'modify', 'perm'] as const;
export type Fact = (typeof facts)[number];
export const allFacts: ReadonlySet<Fact> = new Set(facts);

/** `OPTS MLST type;size;`: the facts that the client wants, of those that we know. */
export function parseFacts(argument: string): Set<Fact> {
  const wanted = new Set(argument.toLowerCase().split(';'));
  return new Set(facts.filter((fact) => wanted.has(fact)));
}

/** `type=file;size=12;modify=20260131235959;perm=adfrw; name`. `type` is `file`, `dir`, `cdir` or `pdir`. */
export function factLine(entry: Entry, wanted: ReadonlySet<Fact>, type?: 'cdir'): string {
  const values: Record<Fact, string | undefined> = {
    type: type ?? (entry.kind === 'folder' ? 'dir' : 'file'),
    size: entry.kind === 'folder' ? undefined : String(entry.size),
    modify: formatStamp(entry.modified),
    perm: permissions(entry),
  };
  const known = facts.filter((fact) => wanted.has(fact) && values[fact] !== undefined);
  return known.map((fact) => `${fact}=${values[fact] ?? ''};`).join('') + ` ${entry.name}`;
}

function permissions(entry: Entry): string {
  if (entry.kind === 'folder') return entry.writable ? 'cdeflmp' : 'el';
  return entry.writable ? 'adfrw' : 'r';
}

/** `-la folder`: old clients pass the options of `ls`. A name that starts with a dash is reached as `./-name`. */
export function listTarget(argument: string): string {
  return argument.replace(/^(-[A-Za-z0-9]+(\s+|$))+/, '').trim();
}
