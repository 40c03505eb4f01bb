import { ArrivageError } from '../../errors.ts';
import type { Remote } from '../remote.ts';
import { plainFiles, stampedName } from './bounds.ts';

export interface MemoryFile {
  bytes: Uint8Array;
  modified: Date | null;
}

/** The twin of a server for tests: its files by name, those in folders as `folder/name`. Shares the map it is given. */
export function memoryRemote(files: Map<string, MemoryFile>): Remote {
  const fileOf = (name: string): MemoryFile => {
    const file = files.get(name);
    if (!file) throw new ArrivageError('remote_file_missing', { name, reply: 'no such file' });
    return file;
  };
  const take = (name: string): MemoryFile => {
    const file = fileOf(name);
    files.delete(name);
    return file;
  };
  const done = (work: () => unknown): Promise<void> => Promise.resolve().then(() => void work());
  return {
    list: () =>
      Promise.resolve(
        plainFiles([...files].map(([name, { bytes, modified }]) => ({ name, size: bytes.length, modified }))),
      ),
    // eslint-disable-next-line @typescript-eslint/require-await -- reading is asynchronous for whoever reads
    async *read({ name, size }, offset) {
      const { bytes } = fileOf(name);
      if (bytes.length !== size) throw new ArrivageError('remote_file_changed', { name, expected: size });
      if (offset < size) yield bytes.subarray(offset);
    },
    move: (name, folder) =>
      done(() => {
        const there = `${folder.replace(/\/+$/, '')}/${name}`;
        files.set(files.has(there) ? stampedName(there, new Date()) : there, take(name));
      }),
    remove: (name) => done(() => take(name)),
    make: (name) => done(() => files.set(name, { bytes: new Uint8Array(), modified: null })),
    close: () => Promise.resolve(),
  };
}
