import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { format, resolveConfig } from 'prettier';

type Room = readonly [name: string, sentence: string, may: readonly string[]];

const rooms = createRequire(import.meta.url)('../../layers.cjs') as Room[];
const path = new URL('../../ARCHITECTURE.md', import.meta.url);
const text = readFileSync(path, 'utf8');
const OPEN = /(<!-- rooms: [^\n]*-->\n)[^]*?(<!-- \/rooms -->)/;

/** The rooms as a table: those that a reader meets first, first. */
function table(): string {
  const lines = rooms.toReversed().map(([name, sentence, may]) => `| \`${name}\` | ${sentence} | ${mayText(may)} |`);
  return ['| room of `src` | holds | may import |', '| --- | --- | --- |', ...lines].join('\n');
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
    const there = readdirSync(new URL('../../src/', import.meta.url)).map((name) => name.replace(/\.ts$/, ''));
    expect(rooms.map(([name]) => name).toSorted()).toEqual([...new Set(there)].toSorted());
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
