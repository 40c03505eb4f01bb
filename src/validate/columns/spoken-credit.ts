import type { RecordView } from '../../model/record.ts';
import { textOf } from '../cells/remember.ts';
import { Cell, openCell, type Span } from '../cells/text.ts';
import { shorten } from '../cells/warnings.ts';

/** Lines whose text speaks of a credit note or a payment, though their amount is above zero. */
export interface SpokenCredits {
  count: number;
  examples: { line: number; value: string }[];
}

const mostExamples = 5;
const initials = new Uint8Array(256);
for (const c of Buffer.from('aArRvVcCpPeEbB')) initials[c] = 1;

/** At the beginning of a label, or of a piece's number: `AV-12`, `RGT0001`. */
const words =
  /^(avoirs?|r[èe]gl?e?ments?|rglt|rgt|rgl|virements?|vir|ch[èe]ques?|chq|paiements?|encaissements?|pr[ée]l[èe]vements?|remboursements?|acomptes?|payments?|receipts?|credit ?notes?|credit ?memos?)(?![a-zà-ÿ])/i;
const prefixes = /^(av|avo|avoir|rg|rgt|rgl|reg|rglt|vir|chq|cn|pay|pmt)[-_/ .]?\d/i;

/** A journal of a bank or a till: what stands there on a customer's account is mostly a payment. */
const journals = /^(bq|bnq|bqe|bnk|bank|ban|banque|cai|caisse|chq|cash)(?![a-z])/i;

const span: Span = { start: 0, end: 0 };

/** Cells of the label, of the piece's number and of the journal. */
export interface SpokenAt {
  label: number;
  piece: number;
  journal: number;
}

export function listenAt(heard: SpokenCredits, view: RecordView, { label, piece, journal }: SpokenAt): void {
  const value = speaking(view, label, words) ?? speaking(view, piece, prefixes) ?? speaking(view, journal, journals);
  if (value === undefined) return;
  heard.count++;
  if (heard.examples.length < mostExamples) heard.examples.push({ line: view.line, value: shorten(value, 200) });
}

function speaking(view: RecordView, position: number, pattern: RegExp): string | undefined {
  if (openCell(view, position, span) !== Cell.value || initials[view.bytes[span.start] as number] === 0)
    return undefined;
  const text = textOf(view.bytes, span.start, Math.min(span.end, span.start + 200));
  return pattern.test(text) ? text : undefined;
}
