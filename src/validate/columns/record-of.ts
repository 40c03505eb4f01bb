import { CellKind, type RecordView } from '../../model/record.ts';

/** A record made of texts, for samples. */
export function recordOf(cells: readonly string[], line: number): RecordView {
  const parts = cells.map((cell) => Buffer.from(cell));
  const bytes = Buffer.concat(parts);
  const starts = new Int32Array(cells.length);
  const ends = new Int32Array(cells.length);
  let at = 0;
  for (const [i, part] of parts.entries()) {
    starts[i] = at;
    ends[i] = at += part.length;
  }
  const raw = Buffer.from(cells.join(';'));
  const kinds = new Uint8Array(cells.length).fill(CellKind.text);
  const place = { line, breaks: 0, astray: -1 };
  return { bytes, starts, ends, kinds, count: cells.length, ...place, raw, rawStart: 0, rawEnd: raw.length };
}

/** The fields of one line of COPY text; null for `\N`. */
export function copyFields(line: string): (string | null)[] {
  const letters: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };
  return line
    .split('\t')
    .map((field) =>
      field === '\\N' ? null : field.replace(/\\(.)/g, (_, letter: string) => letters[letter] ?? letter),
    );
}
