import { ArrivageError } from '../errors.ts';
import type { Connector, RemoteFile } from '../model/connector.ts';
import { identityOf, type Chosen } from './choose.ts';
import type { Pause } from './patience.ts';
import type { Remote } from './remote.ts';

/** At the usual 5 s: a file that grows for a minute is left to the next try. */
const MOST_LOOKS = 12;

export interface Settled extends Chosen {
  listing: RemoteFile[];
}

/**
 * Looks at a folder until what would be taken is no longer being written: a done-file says so, or size and time are
 * the same twice, `stableSeconds` apart.
 * @throws done_file_missing, remote_file_growing
 */
export async function settledChoice(
  { stableSeconds, doneFile }: Pick<Connector, 'stableSeconds' | 'doneFile'>,
  remote: Pick<Remote, 'list'>,
  choose: (listing: readonly RemoteFile[]) => Promise<Chosen>,
  pause: Pause,
  signal: AbortSignal,
): Promise<Settled> {
  let before: Chosen | undefined;
  for (let look = 1; ; look++) {
    const listing = await remote.list();
    const chosen = await choose(listing);
    const [awaited] = chosen.awaited;
    if (awaited) throw new ArrivageError('done_file_missing', { name: awaited.name, pattern: doneFile ?? '' });
    const changed = changedSince(before, chosen);
    if (!changed || doneFile !== null || stableSeconds === 0) return { ...chosen, listing };
    if (look === MOST_LOOKS) throw new ArrivageError('remote_file_growing', { name: changed.name });
    before = chosen;
    await pause(stableSeconds * 1000, signal);
  }
}

function changedSince(before: Chosen | undefined, now: Chosen): RemoteFile | undefined {
  const known = new Set(before?.files.map(({ file }) => identityOf(file)));
  return now.files.find(({ file }) => !known.has(identityOf(file)))?.file;
}
