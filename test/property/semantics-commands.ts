import fc from 'fast-check';
import type { Mapping } from '../../src/model/mapping.ts';
import type { ClientLine, Fixed, Line, Mode, Optional, Upload } from './semantics-model.ts';

/** What a tenant is like, and what it sends and decides. */
export interface Plan {
  hasIds: boolean;
  hasCompanies: boolean;
  /** What the mapping fixes: nothing; for files that name no company, theirs by their name; or of any file this. */
  scopes: 'none' | 'byName' | 'whole' | 'from';
  isLive: boolean;
  guard: { settle: number; rows: number };
  /** Of its usual files. */
  columns: readonly Optional[];
}

const all: Optional[] = ['due', 'balance', 'letter', 'label'];

interface Edit {
  at: number;
  kind: 'replace' | 'insert' | 'remove' | 'repeat' | 'swap';
  line: Line;
}

interface Sending {
  kind: 'send';
  clients: { lines: readonly ClientLine[]; hasTerm: boolean } | null;
  entries: {
    edits: readonly Edit[];
    columns: readonly Optional[];
    cut: boolean;
    split: number | null;
    only: string | null;
  } | null;
  /** A file that can only be put aside comes with it. */
  bad: boolean;
  cutAfter: number | null;
}

export type Command =
  Sending | { kind: 'again' | 'mode' | 'live' | 'revert' } | { kind: 'approve' | 'discard' | 'replay'; which: number };

const rarely = (times: number) => fc.nat({ max: times }).map((n) => n === 0);

const clientCode = fc.constantFrom('C1', 'C1', 'C1', 'C2', 'C2', 'C3');
const company = fc.constantFrom('Nord', 'Sud');

const line = ({ hasIds, hasCompanies }: Plan): fc.Arbitrary<Line> =>
  fc
    .record({
      company: hasCompanies ? company : fc.constant(''),
      id: hasIds ? fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8') : fc.constant(null),
      client: clientCode,
      piece: fc.constantFrom('F1', 'F2', 'F3'),
      date: fc.constantFrom('2026-11-15', '2026-11-20'),
      due: fc.constantFrom('2026-12-25', '2026-12-31', null),
      amount: fc.constantFrom(10, 10, 20, -10, -20),
      paid: fc.constantFrom<(number | null)[]>(null, null, null, 0, 1),
      letter: fc.constantFrom(null, null, 'AA', 'aa'),
      label: fc.constantFrom(null, 'Facture', 'a; "b"'),
      defect: rarely(12),
    })
    .map(({ paid, ...rest }) => ({ ...rest, balance: paid === null ? null : rest.amount * paid }));

const clientLine = ({ hasCompanies }: Plan): fc.Arbitrary<ClientLine> =>
  fc.record({
    company: hasCompanies ? company : fc.constant(''),
    code: clientCode,
    name: fc.constantFrom('Dupont', 'Dupont', 'Ménard', ''),
    term: fc.constantFrom(null, 10, 30),
  });

const sending = (plan: Plan): fc.Arbitrary<Sending> =>
  fc.record({
    kind: fc.constant('send' as const),
    clients: fc.option(
      fc.record({ lines: fc.array(clientLine(plan), { minLength: 1, maxLength: 5 }), hasTerm: fc.boolean() }),
      { freq: 1 },
    ),
    entries: fc.option(
      fc.record({
        edits: fc.array(
          fc.record({
            at: fc.nat({ max: 30 }),
            kind: fc.constantFrom<Edit['kind'][]>('replace', 'insert', 'insert', 'remove', 'remove', 'repeat', 'swap'),
            line: line(plan),
          }),
          { maxLength: 5 },
        ),
        columns: plan.hasIds
          ? fc.oneof({ weight: 6, arbitrary: fc.constant(plan.columns) }, fc.subarray<Optional>(all))
          : fc.constant(plan.columns),
        cut: rarely(15),
        // Parts come on one night in ten.
        split: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.nat({ max: 10 })),
        // The file of one company alone.
        only: plan.hasCompanies ? fc.constantFrom(null, 'Nord', 'Nord', 'Sud', 'Sud') : fc.constant(null),
      }),
      { freq: 5 },
    ),
    bad: rarely(15),
    cutAfter: fc.oneof({ weight: 20, arbitrary: fc.constant(null) }, fc.nat({ max: 80 })),
  });

const step = (plan: Plan): fc.Arbitrary<Command> =>
  fc.oneof(
    { weight: 14, arbitrary: sending(plan) },
    { weight: 1, arbitrary: fc.constant<Command>({ kind: 'again' }) },
    { weight: 1, arbitrary: fc.constant<Command>({ kind: 'mode' }) },
    { weight: plan.isLive ? 0 : 4, arbitrary: fc.constant<Command>({ kind: 'live' }) },
    { weight: 2, arbitrary: fc.constant<Command>({ kind: 'revert' }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('approve', 'approve', 'discard', 'replay'),
        which: fc.nat({ max: 9 }),
      }),
    },
  );

const plans: fc.Arbitrary<Plan> = fc
  .record({
    hasIds: fc.constantFrom(true, true, false),
    hasCompanies: rarely(1),
    scopes: fc.constantFrom('none', 'none', 'byName', 'whole', 'from'),
    isLive: rarely(3).map((no) => !no),
    guard: fc.constantFrom({ settle: 1, rows: 0 }, { settle: 0.3, rows: 0.5 }),
    columns: fc.oneof(fc.constant(all), fc.subarray(all)),
  })
  .map((plan) => ({ ...plan, columns: plan.hasIds ? plan.columns : all }));

/** A tenant, the lines that its export begins with, and what happens then. */
export const story = plans.chain((plan) =>
  fc.record({
    plan: fc.constant(plan),
    lines: fc.array(line(plan), { minLength: 2, maxLength: 8 }),
    steps: fc.array(step(plan), { minLength: 3, maxLength: 12 }),
  }),
);

const first: ClientLine[] = [
  { company: '', code: 'C1', name: 'Dupont', term: 30 },
  { company: '', code: 'C2', name: 'Ménard', term: null },
];

const FROM = '2026-11-18';

export function mappingOf({ scopes, hasCompanies }: Plan, mode: Mode): Mapping {
  if (scopes === 'whole') return { mode, scopes: [{ whole: true }] };
  if (scopes === 'from') return { mode, scopes: [{ from: FROM }] };
  if (scopes === 'none' || !hasCompanies) return { mode };
  return { mode, scopes: ['Nord', 'Sud'].map((company) => ({ files: [`*-${company}?.csv`], company })) };
}

function fixedFor({ scopes }: Plan, only: string | null): Fixed {
  if (scopes === 'whole') return { whole: true };
  if (scopes === 'from') return { from: FROM };
  return scopes === 'byName' && only !== null ? { company: only } : {};
}

/** The uploads of one delivery, and the écritures as they stand after its edits. */
export function render(
  plan: Plan,
  now: { lines: readonly Line[]; version: number; mode: Mode; sent: readonly Upload[] },
  { clients, entries, bad }: Sending,
): { uploads: Upload[]; lines: readonly Line[] } {
  const uploads: Upload[] = [];
  const known = clients ?? (now.sent.length === 0 ? { lines: first, hasTerm: true } : null);
  if (known) {
    const at = plan.hasCompanies && !clients ? ['Nord', 'Sud'] : [null];
    const lines = at.flatMap((name) => known.lines.map((one) => ({ ...one, company: name ?? one.company })));
    uploads.push({
      name: 'clients.csv',
      dataset: 'clients',
      version: 0,
      lines,
      hasTerm: known.hasTerm,
      bytes: clientsText(plan, lines, known.hasTerm),
    });
  }
  if (bad)
    uploads.push({
      name: 'ecritures-mauvais.csv',
      dataset: 'bad',
      version: 0,
      bytes: 'Code client;N° pièce;Date écriture;Journal\r\nC1;F2;15/11/2026;VE\r\n',
    });
  if (!entries) return { uploads, lines: now.lines };
  const lines = edited(now.lines, entries.edits);
  const { only } = entries;
  const own = lines.filter(({ company: name }) => only === null || name === only);
  const at = entries.split === null ? 0 : entries.split % (own.length + 1);
  const parts = entries.split === null ? [own] : [own.slice(0, at), own.slice(at)];
  const fixed = fixedFor(plan, only);
  const isSaid = fixed.company === undefined;
  for (const [i, part] of parts.entries()) {
    const columns = i === 0 ? entries.columns : plan.hasIds ? entries.columns.slice(1) : entries.columns;
    const cut = entries.cut && i === 0;
    const { version, mode } = now;
    const bytes = entriesText({ ...plan, hasCompanies: plan.hasCompanies && isSaid }, part, columns, cut);
    const name = `ecritures${only === null ? '' : `-${only}`}${i}.csv`;
    uploads.push({ name, dataset: 'ecritures', version, mode, lines: part, columns, cut, bytes, fixed });
  }
  return { uploads, lines };
}

function edited(lines: readonly Line[], edits: readonly Edit[]): Line[] {
  const now = [...lines];
  for (const { at, kind, line: given } of edits) {
    const i = at % (now.length + 1);
    const here = now[i] ?? given;
    if (kind === 'insert') now.splice(i, 0, given);
    else if (kind === 'repeat') now.splice(i, 0, here);
    else if (kind === 'swap') now.push(...now.splice(i, 1));
    else now.splice(i, 1, ...(kind === 'replace' ? [given] : []));
  }
  return now;
}

const csv = (rows: readonly (readonly (string | null)[])[], end: string): string =>
  rows
    .map((row) => row.map((cell) => (cell?.includes('"') ? `"${cell.replaceAll('"', '""')}"` : (cell ?? ''))).join(';'))
    .join('\r\n') + end;
const day = (iso: string | null): string | null => iso && iso.split('-').toReversed().join('/');
const euros = (n: number | null): string | null => (n === null ? null : n.toFixed(2).replace('.', ','));

function clientsText({ hasCompanies }: Plan, lines: readonly ClientLine[], hasTerm: boolean): string {
  const header = [...(hasCompanies ? ['Société'] : []), 'Code client', 'Raison sociale', ...(hasTerm ? ['Délai'] : [])];
  const rows = lines.map(({ company: of, code, name, term }) => [
    ...[...(hasCompanies ? [of] : []), code, name],
    ...(hasTerm ? [term === null ? null : String(term)] : []),
  ]);
  return csv([header, ...rows], '\r\n');
}

const headers: Record<Optional, string> = {
  due: 'Date échéance',
  balance: 'Solde',
  letter: 'Lettrage',
  label: 'Libellé',
};

function entriesText(plan: Plan, lines: readonly Line[], columns: readonly Optional[], cut: boolean): string {
  const header = [
    ...(plan.hasCompanies ? ['Société'] : []),
    ...(plan.hasIds ? ['Id'] : []),
    ...['Code client', 'Journal', 'N° pièce', 'Date écriture', 'Montant'],
    ...columns.map((name) => headers[name]),
  ];
  const rows = lines.map((each) => [
    ...(plan.hasCompanies ? [each.company] : []),
    ...(plan.hasIds ? [each.id] : []),
    ...[each.client, 'VE', each.piece, day(each.date), each.defect ? 'dix' : euros(each.amount)],
    ...columns.map(
      (name) => ({ due: day(each.due), balance: euros(each.balance), letter: each.letter, label: each.label })[name],
    ),
  ]);
  return csv([header, ...rows], cut ? '\r\n"ouverte;' : '\r\n');
}
