/** Later states of a generated export. */
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export interface Variants {
  base: string;
  /** One byte of one line is another. */
  oneLine: string;
  /** 1 % of the lines changed, 0.5 % gone. */
  percent: string;
}

export async function variantsOf(base: string): Promise<Variants> {
  const variants = { base, oneLine: `${base}.one`, percent: `${base}.percent` };
  const changed = (line: string) => line.replace(/;EUR;/, ';USD;');
  await edit(base, variants.oneLine, (line, i) => (i === 500 ? changed(line) : line));
  await edit(base, variants.percent, (line, i) =>
    i === 0 ? line : i % 200 === 7 ? undefined : i % 100 === 3 ? changed(line) : line,
  );
  return variants;
}

async function edit(from: string, to: string, change: (line: string, i: number) => string | undefined) {
  let rest = '';
  let i = 0;
  await pipeline(
    createReadStream(from, 'latin1'),
    async function* (chunks) {
      for await (const chunk of chunks) {
        const lines = (rest + String(chunk)).split('\r\n');
        rest = lines.pop() ?? '';
        yield lines
          .flatMap((line) => change(line, i++) ?? [])
          .map((line) => line + '\r\n')
          .join('');
      }
      yield rest;
    },
    createWriteStream(to, 'latin1'),
  );
}
