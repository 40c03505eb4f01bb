import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openFolder } from './folder.ts';

/**
 * Every plain file below the drop folder, by its path. Each folder is read through a handle: its name may be made to lead
 * elsewhere meanwhile. What cannot be read is left out; the watching says why.
 * @param depth folders below this one that are looked into
 */
export async function* filesBelow(root: string, depth: number, names: readonly string[] = []): AsyncGenerator<string> {
  for (const entry of await entriesOf(root, names)) {
    if (entry.isFile()) yield join(root, ...names, entry.name);
    else if (entry.isDirectory() && depth > 0) yield* filesBelow(root, depth - 1, [...names, entry.name]);
  }
}

async function entriesOf(root: string, names: readonly string[]) {
  const folder = await openFolder(root, names).catch(() => undefined);
  if (!folder) return [];
  try {
    return await readdir(folder.at('.'), { withFileTypes: true });
  } catch {
    return [];
  } finally {
    await folder.close();
  }
}
