import { isDoubt } from '../../src/validate/messages.ts';
import type { Understood } from './read.ts';
import type { Meant } from './table.ts';
import type { Written } from './write.ts';

/** A difference between what was meant and what would be stored. */
interface Difference {
  line: number;
  column: string | null;
  meant: string | null;
  stored: string | null;
}

export interface Verdict {
  /** Differences that nothing says. */
  silent: Difference[];
  /** Differences that a refusal or a remark tells. */
  announced: Difference[];
  aside: string | undefined;
  /** Doubts in a file that was read as it was meant. */
  false: string[];
}

export function judge({ meant, faulty }: Written, understood: Understood): Verdict {
  const { aside, rows, rejections, warnings } = understood;
  const doubts = warnings.filter(({ code }) => isDoubt(code));
  if (aside !== undefined) return { silent: [], announced: [], aside, false: [] };
  const differences = differencesOf(meant, rows);
  const refused = new Set(rejections.map(({ line }) => line));
  const isSaid = ({ line, column }: Difference): boolean =>
    refused.has(line) ||
    doubts.some((doubt) => doubt.column === null || column === null || speaksOf(doubt.column, column));
  // A row that is not there has to be refused: a remark about the file does not bring it back.
  const isTold = (difference: Difference): boolean =>
    difference.stored === null && difference.column === null
      ? refused.has(difference.line) || (faulty.has(difference.line) && refused.has(difference.line + 1))
      : isSaid(difference);
  return {
    silent: differences.filter((difference) => !isTold(difference)),
    announced: differences.filter(isTold),
    aside: undefined,
    false: differences.length > 0 || faulty.size > 0 ? [] : doubts.map(({ code, column }) => `${code} ${column ?? ''}`),
  };
}

/** Who doubts the side doubts the signs that it gives. */
const speaksOf = (doubted: string, column: string): boolean =>
  doubted === column || (doubted === 'side' && (column === 'amount' || column === 'balance'));

function differencesOf(meant: ReadonlyMap<number, Meant>, rows: Understood['rows']): Difference[] {
  const byLine = new Map(rows.map((row) => [row.line, row.values]));
  const differences: Difference[] = [];
  for (const [line, wanted] of meant) {
    const values = byLine.get(line);
    if (!values) differences.push({ line, column: null, meant: JSON.stringify(wanted), stored: null });
    else
      for (const [column, value] of Object.entries(wanted))
        if ((values[column] ?? null) !== value)
          differences.push({ line, column, meant: value, stored: values[column] ?? null });
  }
  for (const { line, values } of rows)
    if (!meant.has(line)) differences.push({ line, column: null, meant: null, stored: JSON.stringify(values) });
  return differences;
}
