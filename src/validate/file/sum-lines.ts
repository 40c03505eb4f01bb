import type { RecordView } from '../../model/record.ts';
import type { Warning } from '../../model/rejection.ts';
import { noSum, plus, type Sums } from '../../model/totals.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { textOf } from '../cells/remember.ts';
import { Cell, openCell, type Span } from '../cells/text.ts';
import { mostExamples, shownValue } from '../cells/warnings.ts';

const words = /^(?:sous[- ]?tota(?:l|ux)|tota(?:l|ux)|soldes?|cumul|report|somme|subtotal|balance|sum)(?!\p{L})/iu;
const initials = new Uint8Array(256);
for (const c of Buffer.from('sStTcCrRbB')) initials[c] = 1;
const longest = 40;

const net = (sums: Sums): bigint => {
  const { debit, credit } = [...sums.values()].reduce(plus, noSum);
  return debit - credit;
};

/**
 * Entries that look like the total of those before them: a listing may end each client with `SOLDE`, of which the line has
 * a client, a piece, a date and an amount as any other. It is one where the amount is just what came since the last;
 * with the other sign it is what settles them.
 */
export function sumLines(match: ColumnMatch) {
  const positions = ['piece_number', 'label'].flatMap((name) => match.positions.get(name) ?? []);
  const span: Span = { start: 0, end: 0 };
  const examples: Warning['examples'] = [];
  let count = 0;
  let since = 0;
  let isLong = false;
  let hasNamed = false;
  let from = 0n;

  const isNamed = (view: RecordView): boolean =>
    positions.some((position) => {
      if (openCell(view, position, span) !== Cell.value || initials[view.bytes[span.start] as number] === 0)
        return false;
      return words.test(textOf(view.bytes, span.start, Math.min(span.end, span.start + longest)));
    });

  return {
    /** An entry. @param sums of those before it */
    note(view: RecordView, cents: number, sums: () => Sums): void {
      since++;
      if (!isNamed(view)) return;
      hasNamed = true;
      const before = net(sums());
      const amount = BigInt(cents);
      if (cents !== 0 && since > 1 && before - from === amount) {
        count++;
        isLong ||= since > 2;
        const value = shownValue(view, positions.find((at) => at < view.count) ?? -1);
        if (examples.length < mostExamples) examples.push({ line: view.line, value });
      }
      since = 0;
      from = before + amount;
    },
    /** Whether an entry is called a total: only all lines show whether it is one. */
    hasNamed: () => hasNamed,
    /** One line that repeats another's amount proves nothing. */
    warnings: (): Warning[] =>
      count > 1 || isLong ? [{ code: 'perhaps_total', column: 'amount', count, examples }] : [],
  };
}
