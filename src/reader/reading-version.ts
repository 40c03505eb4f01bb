import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** The code that decides what a line says, in whichever form it runs. */
const READING = ['../model/', '../parse/', '../validate/'];
/** And that which decides what a file holds. */
const IDENTIFYING = [...READING, '../intake/', '../reader/', '../sync/'];

/**
 * Another one whenever the same bytes might be read in another way than before: a hash of that code, so that nobody has
 * to remember. At worst, after an update, the next file of each tenant is read whole. SHA-256 in hexadecimal.
 */
export const readingVersion: string = hashOf(READING);

/** As `readingVersion`, of what a file is found to hold. */
export const identifyingVersion = (): string => hashOf(IDENTIFYING);

function hashOf(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders.map((each) => new URL(each, import.meta.url)))
    for (const name of sourcesIn(folder)) hash.update(name).update(readFileSync(new URL(name, folder)));
  return hash.digest('hex');
}

/** The sources in a folder and those within it, in an order that does not depend on the disk. */
function sourcesIn(folder: URL): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name))
    .toSorted();
}
