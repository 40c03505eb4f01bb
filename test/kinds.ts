import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

/** What a test needs: nothing; a database; whole servers and other people's programs; or many runs at random. */
export const kinds = ['unit', 'db', 'e2e', 'property'] as const;
export type Kind = (typeof kinds)[number];

const root = resolve(import.meta.dirname, '..');
/** Whoever imports one of these needs Postgres, or starts a process. */
const NOT_ALONE = ['clients', 'database', 'openssh', 'postgres', 'started'].map((name) =>
  resolve(root, `test/support/${name}.ts`),
);
const WHOLE = /^test\/(e2e|bin|cli\/process)/;
const AT_RANDOM = /^test\/(property|fuzz|torture|crowd|meaning)\//;

/** Every test file, under what it needs; told by its folder, else by what it imports, so that no list has to be kept. */
export function testsByKind(): Record<Kind, string[]> {
  const found: Record<Kind, string[]> = { unit: [], db: [], e2e: [], property: [] };
  const files = readdirSync(resolve(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file}`)
    .toSorted();
  for (const file of files) found[kindOf(file)].push(file);
  return found;
}

function kindOf(file: string): Kind {
  if (WHOLE.test(file)) return 'e2e';
  if (AT_RANDOM.test(file)) return 'property';
  const reached = reach(resolve(root, file));
  return NOT_ALONE.some((path) => reached.has(path)) ? 'db' : 'unit';
}

/** The file, and all that it imports within the repository. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !existsSync(file)) return seen;
  seen.add(file);
  if (relative(root, file).startsWith('test'))
    for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?'(\.{1,2}\/[^']+)'/g))
      reach(resolve(dirname(file), to), seen);
  return seen;
}
