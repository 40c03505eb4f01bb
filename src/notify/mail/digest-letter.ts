import type { DigestFacts } from '../../db/queries/events/digest.ts';
import { fill } from '../../errors.ts';
import type { Language } from '../../model/tenant.ts';
import { catalogueText } from '../../report/catalogue-text.ts';
import { phrases } from '../../report/phrases.ts';
import { counted } from '../../report/wording.ts';
import { dayText, momentText } from '../paris.ts';
import { footer } from './footer.ts';
import type { Block, Letter } from './letter.ts';
import { mailWords } from './words.ts';

const LONGEST_LINE = 400;

export interface DigestDay {
  day: string;
  from: Date;
  to: Date;
}

/** Pure: the digest of a day; undefined where nothing happened and nothing waits for a decision. */
export function digestLetter(
  language: Language,
  tenantName: string,
  { day, from, to }: DigestDay,
  facts: DigestFacts,
): Letter | undefined {
  const done = doneOf(language, facts);
  const open = openOf(language, facts);
  if (done.length === 0 && open.length === 0) return undefined;
  const words = mailWords[language];
  return {
    language,
    subject: fill(words.digestSubject, { tenant: tenantName, day: dayText(language, day) }),
    blocks: [
      {
        kind: 'text',
        text: fill(words.digest, { from: momentText(language, from), to: momentText(language, to) }),
      },
      ...list(done),
      ...(open.length > 0 ? [{ kind: 'title', text: words.toDo } as const, ...list(open)] : []),
      footer(language, tenantName),
    ],
  };
}

const list = (items: readonly string[]): Block[] => (items.length > 0 ? [{ kind: 'list', items }] : []);

function doneOf(language: Language, { received, syncs, lines }: DigestFacts): string[] {
  const words = mailWords[language];
  const { counts } = phrases[language];
  const said = (['applied', 'unchanged', 'dry_run', 'failed'] as const).flatMap((state) => {
    const count = syncs[state] ?? 0;
    return count > 0 ? [counted(language, count, ...words.syncs[state])] : [];
  });
  const changed = (['read', 'inserted', 'updated', 'rejected'] as const)
    .filter((count) => lines[count] > 0)
    .map((count) => counted(language, lines[count], ...counts[count]));
  return [
    ...(received > 0 ? [counted(language, received, ...words.received)] : []),
    ...said,
    ...(changed.length > 0 ? [changed.join(', ')] : []),
  ];
}

function openOf(language: Language, { held, failed, aside, missing }: DigestFacts): string[] {
  const words = mailWords[language];
  const { datasets } = phrases[language];
  const lines = [
    ...held.map((id) => fill(words.heldOne, { id })),
    ...failed.map(({ id, error }) => {
      const why = error ? catalogueText(error.code, language, error.params ?? {}, error.message) : '';
      return fill(words.failedOne, { id, why });
    }),
    ...aside.map(({ name, reason }) => {
      const why = catalogueText(reason.code, language, reason.params, reason.code);
      return fill(words.asideOne, { name, why });
    }),
    ...missing.map(({ dataset, day }) =>
      fill(words.missingOne, { dataset: datasets[dataset], day: dayText(language, day) }),
    ),
  ];
  return lines.map((line) => line.slice(0, LONGEST_LINE));
}
