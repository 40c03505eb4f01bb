import type { RecordView } from '../../model/record.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { textOf } from '../cells/remember.ts';

/** Tells the rest of a record whose first cell, a code, was cut by a line break. */
export interface Halves {
  /** An accepted record: how its code is written. */
  note(view: RecordView): void;
  /** A refused record of one cell. */
  cut(view: RecordView): void;
  /** Whether the record begins with the rest of the code that was cut on the line before. */
  isRest(view: RecordView): boolean;
}

const codes: readonly string[] = ['client_code', 'entry_id', 'piece_number', 'contact_id', 'account'];
/** Codes of one file are written in few ways. */
const mostNoted = 200;
const longestCode = 100;

/** `C001` → `A999`. */
const formOf = (text: string): string => text.replace(/\p{L}/gu, 'A').replace(/\d/g, '9');

/**
 * `C0` and `02;Dupont` make one code that is written as the others are, `C001`, which `02` is not: a client of that name
 * would be invented. A heading of one cell above a client's lines makes no code with what follows.
 */
export function halves(match: ColumnMatch): Halves | undefined {
  if (!codes.some((name) => match.positions.get(name) === 0)) return undefined;
  const forms = new Set<string>();
  let noted = 0;
  let half = { line: 0, text: '' };
  const first = ({ bytes, starts, ends }: RecordView): string =>
    textOf(bytes, starts[0] as number, Math.min(ends[0] as number, (starts[0] as number) + longestCode)).trim();

  return {
    note(view) {
      if (noted === mostNoted) return;
      noted++;
      forms.add(formOf(first(view)));
    },
    cut: (view) => (half = { line: view.line, text: first(view) }),
    isRest(view) {
      if (half.line === 0 || view.line !== half.line + 1) return false;
      const rest = first(view);
      return forms.has(formOf(half.text + rest)) && !forms.has(formOf(rest));
    },
  };
}
