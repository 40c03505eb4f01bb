import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const filesOf = (folder: string, end: RegExp): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => end.test(name))
    .map((name) => `${folder}${name}`);
const text = (file: string): string => readFileSync(new URL(file, root), 'utf8');

const sources = filesOf('src/', /\.ts$/);
const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'bench/RESULTS.md'],
  ...filesOf('docs/', /\.md$/),
];

describe('whoever reads', () => {
  it.each(documents)('finds the files that %s names', (document) => {
    const named = text(document).matchAll(
      /(?:src|test|bench|docs|drizzle|bin)\/[\w./-]+\.(?:ts|js|cjs|md|json|sql|txt)\b/g,
    );
    for (const [path] of named) expect(existsSync(new URL(path, root)), path).toBe(true);
  });

  it('finds the files that comments name', () => {
    const comments = sources.map(
      (file) =>
        [
          file,
          text(file)
            .match(/\/\*\*[^]*?\*\/|\/\/.*/g)
            ?.join('\n') ?? '',
        ] as const,
    );
    for (const [file, said] of comments)
      for (const [path] of said.matchAll(/(?:src|test|bench|docs)\/[\w./-]+\.(?:ts|md|txt)\b/g))
        expect(existsSync(new URL(path, root)), `${file}: ${path}`).toBe(true);
  });

  it('understands a docstring without its neighbour: none begins with "Of"', () => {
    const broken = sources.filter((file) => /\/\*\*\s*(?:\*\s*)?Of /.test(text(file)));
    expect(broken).toEqual([]);
  });
});
