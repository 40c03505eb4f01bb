import { visible } from './terminal.ts';

/** Where a command writes: text for people, or with `--json` one JSON value for scripts. */
export interface Output {
  readonly json: boolean;
  /** The result: `value` with --json, else the lines of `text`. */
  result: (value: unknown, text: () => string | readonly string[]) => void;
  /** A remark for people, on standard error; nothing with --json. */
  note: (text: string) => void;
}

export function openOutput(json: boolean): Output {
  return {
    json,
    result(value, text) {
      const said = json ? JSON.stringify(value) : [text()].flat().join('\n');
      if (said !== '') process.stdout.write(`${visible(said)}\n`);
    },
    note(text) {
      if (!json) process.stderr.write(`${visible(text)}\n`);
    },
  };
}

/** Columns under their titles, as wide as they must be. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [titles, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
