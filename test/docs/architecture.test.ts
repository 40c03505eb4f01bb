import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { format, resolveConfig } from 'prettier';

type Room = readonly [name: string, sentence: string, may: readonly string[]];

const rooms = createRequire(import.meta.url)('../../layers.cjs') as Room[];
const path = new URL('../../ARCHITECTURE.md', import.meta.url);
const src = new URL('../../src/', import.meta.url);
const text = readFileSync(path, 'utf8');
const OPEN = /(<!-- rooms: [^\n]*-->\n)[^]*?(<!-- \/rooms -->)/;

/** The rooms as a table: those that a reader meets first, first. */
function table(): string {
  const lines = rooms.toReversed().map(([name, sentence, may]) => `| \`${name}\` | ${sentence} | ${mayText(may)} |`);
  return ['| room of `src` | holds | may import |', '| --- | --- | --- |', ...lines].join('\n');
}

/** The rooms that the files of one name. */
function importsOf(room: string): Set<string> {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file === `${room}.ts` || (file.startsWith(`${room}/`) && /\.tsx?$/.test(file)),
  );
  const named = files.flatMap((file) =>
    [...readFileSync(new URL(file, src), 'utf8').matchAll(/(?:from|import\() ?'(\.{1,2}\/[^']+)'/g)].map(
      ([, to = '']) => new URL(to, new URL(file, src)).pathname.slice(src.pathname.length),
    ),
  );
  return new Set(named.map((file) => file.replace(/\/.*|\.ts$/g, '')));
}

function mayText(may: readonly string[]): string {
  return may[0] === '*' ? 'all before it' : may.length === 0 ? 'nothing' : may.join(', ');
}

describe('the map of the house', () => {
  it('is the one that the imports are held to', async () => {
    const drawn = text.replace(OPEN, (_, open: string, close: string) => `${open}\n${table()}\n\n${close}`);
    const formatted = await format(drawn, { ...(await resolveConfig(path)), parser: 'markdown' });
    await expect(formatted).toMatchFileSnapshot(path.pathname);
  });

  it('names every room that there is, and no other', () => {
    const there = readdirSync(src).map((name) => name.replace(/\.ts$/, ''));
    expect(rooms.map(([name]) => name).toSorted()).toEqual([...new Set(there)].toSorted());
  });

  it('lets no room know what it has no use for', () => {
    for (const [name, , may] of rooms)
      expect(
        may.filter((other) => other !== '*' && !importsOf(name).has(other)),
        name,
      ).toEqual([]);
  });

  it('lets a room know only rooms that stand before it', () => {
    for (const [at, [name, , may]] of rooms.entries())
      for (const other of may.filter((one) => one !== '*'))
        expect(
          rooms.slice(0, at).map(([earlier]) => earlier),
          `${name} → ${other}`,
        ).toContain(other);
  });
});
