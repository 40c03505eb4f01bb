import type { Evidence } from '../../model/evidence.ts';
import type { AmountColumn } from '../cells/amount.ts';
import { hasUnits, isSide, mayBeSide, type SideCandidate } from './side-candidate.ts';
import { type ColumnDecision, type Columns, unclear, type Verdict } from './verdict.ts';

type Add = (name: string, decision: ColumnDecision) => void;

/**
 * What the signs of the amounts mean, over all lines of the file (of an FEC: those of all accounts).
 * @param before what was counted of lines that were not read this time
 */
export function decideSigns(found: Columns, before: Evidence | undefined, verdict: Verdict, add: Add): void {
  const { amounts } = found;
  const [amount, debit, credit] = [amounts.get('amount'), amounts.get('debit'), amounts.get('credit')];
  if (debit && credit) decideSides({ name: 'debit', column: debit }, { name: 'credit', column: credit }, verdict, add);
  else if (amount && found.side)
    decideSides({ name: 'amount', column: amount }, { name: 'amount', column: amount }, verdict, add);
  else if (amount) decideUnsided(amount, found, before, verdict, add);
}

interface Named {
  name: string;
  column: AmountColumn;
}

function decideSides(debits: Named, credits: Named, verdict: Verdict, add: Add): void {
  const { below, above } = credits.column;
  const { minus, plus } = debits.column;
  const signedCredits = isHabit(below, above);
  // Who takes entries back with a minus does so on either side.
  const signedDebits = below === 0 && minus >= FEW && isHabit(minus, plus);
  if (below > 0 && signedCredits !== credits.column.signedCredits) verdict.refuted = true;
  if (minus > 0 && signedDebits !== debits.column.signedDebits) verdict.refuted = true;
  add(credits.name, { signedCredits });
  add(debits.name, { signedDebits });
  if (signedCredits) unclear(verdict, 'negative_credits', credits.name, below, '');
  else if (below >= FEW && below * 2 >= above) unclear(verdict, 'mixed_credits', credits.name, below, '');
  if (signedDebits) unclear(verdict, 'negative_debits', debits.name, minus, '');
  else if (minus > 0 && plus === 0 && below === 0) unclear(verdict, 'only_negative_debits', debits.name, minus, '');
}

const FEW = 3;

/** Whether the sign repeats the side: all amounts have it, or but one of five. Where both are usual, it takes back. */
const isHabit = (below: number, above: number): boolean =>
  below > 0 && (above === 0 || (below >= 4 * above && below > FEW));

function decideUnsided(
  amount: AmountColumn,
  { candidates, heard }: Columns,
  before: Evidence | undefined,
  verdict: Verdict,
  add: Add,
): void {
  const side = candidates.find(isSide);
  if (side) {
    verdict.refuted = true;
    add('side', { position: side.position, ...(hasUnits(side) && { one: 'debit' }) });
    return;
  }
  const unsigned = amount.minus === 0 && amount.lowered > 0;
  if (amount.lowered > 0 && unsigned !== amount.unsigned) verdict.refuted = true;
  add('amount', { unsigned });
  if (amount.minus > 0 || unsigned) return;
  // Signed until a line went: the others have not been asked what they say.
  if ((before?.['amount amount']?.['minus'] ?? 0) > 0) verdict.refuted = true;
  for (const candidate of candidates.filter(mayBeSide)) doubtSide(candidate, verdict);
  if (heard.count > 0)
    verdict.warnings.push({ code: 'unsigned_credits', column: 'amount', count: heard.count, examples: heard.examples });
  verdict.needsAll = heard.count > 0 || candidates.some(({ others, isVaried }) => others > 0 && !isVaried);
}

function doubtSide({ header, values, isVaried }: SideCandidate, verdict: Verdict): void {
  const shown = values.join(', ') + (isVaried ? ' …' : '');
  unclear(verdict, 'unsigned_amounts', null, 1, `${header}: ${shown}`);
  verdict.needsAll = true;
}
