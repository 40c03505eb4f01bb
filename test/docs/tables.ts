import { readFileSync } from 'node:fs';

/** The rows of the table under a heading of a document in `docs/`, each as its cells; without the head of the table. */
export function tableUnder(document: string, heading: string): string[][] {
  const text = readFileSync(new URL(`../../docs/${document}`, import.meta.url), 'utf8');
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map(cellsOf);
}

function cellsOf(line: string): string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => cell.trim().replace(/\\([|*])/g, '$1'));
}

/** What stands between backticks. */
export const codeIn = (cell: string): string => /^`(.*)`$/.exec(cell)?.[1] ?? cell;
