import fc from 'fast-check';
import type { Bench } from '../sync/pipeline.ts';

export const CLIENTS = 'Code client;Raison sociale;Délai\r\nC1;Dupont;30\r\nC2;Ménard;\r\n';
export const COLUMNS = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit;Solde;Lettrage';

/** A line of any fate; mostly good ones, that the next file may or may not have. */
const line = (identified: boolean) =>
  fc
    .record({
      id: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8', ''),
      client: fc.constantFrom('C1', 'C1', 'C1', 'C2', 'C9', ''),
      piece: fc.constantFrom('F1', 'F2', 'F3', 'F4', 'F5', 'F6'),
      date: fc.constantFrom('13/11/2026', '14/11/2026', '02/11/2026', '31/02/2026'),
      due: fc.constantFrom('30/12/2026', '31/12/2026', '01/10/2026', ''),
      label: fc.constantFrom(
        'Facture',
        '"Facture; deux"',
        '"une ""bonne"""',
        '"sur\r\ndeux lignes"',
        'une;de trop',
        'une "',
      ),
      debit: fc.constantFrom('10,00', '1 234,56', '12', '20,00', 'dix'),
      balance: fc.constantFrom('', '', '0,00', '10,00'),
      letter: fc.constantFrom('', '', 'AA', 'AB'),
    })
    .map(({ id, client, piece, date, due, label, debit, balance, letter }) =>
      [...(identified ? [id] : []), client, 'VE', piece, date, due, label, debit, '', balance, letter].join(';'),
    );
const odd = fc.constantFrom('', ';;;;', 'Total;;;;;;12,00', '"', 'C1;VE;F1;02/11/2026;;"ouverte;10,00;;;');

type Edit = { at: number; kind: 'replace' | 'insert' | 'remove' | 'repeat' | 'swap'; line: string };
const edit = (lines: fc.Arbitrary<string>): fc.Arbitrary<Edit> =>
  fc.record({
    at: fc.nat(),
    kind: fc.constantFrom<Edit['kind'][]>('replace', 'insert', 'remove', 'repeat', 'swap'),
    line: lines,
  });

/** The lines after the edits. */
export function applied(lines: readonly string[], edits: readonly Edit[]): string[] {
  const now = [...lines];
  for (const { at, kind, line } of edits) {
    const i = at % (now.length + 1);
    const here = now[i] ?? line;
    if (kind === 'insert') now.splice(i, 0, line);
    else if (kind === 'repeat') now.splice(i, 0, here);
    else if (kind === 'swap') now.push(...now.splice(i, 1));
    else now.splice(i, 1, ...(kind === 'replace' ? [line] : []));
  }
  return now;
}

/** A file of entries, and how it changes night after night. */
export const history = fc.boolean().chain((identified) => {
  const any = fc.oneof({ weight: 12, arbitrary: line(identified) }, odd);
  return fc.record({
    header: fc.constant(identified ? `Id;${COLUMNS}` : COLUMNS),
    first: fc.array(any, { minLength: 3, maxLength: 14 }),
    nights: fc.array(fc.record({ edits: fc.array(edit(any), { maxLength: 4 }), cut: fc.boolean() }), {
      minLength: 2,
      maxLength: 4,
    }),
  });
});

/** All that a tenant can see of its syncs and rows; syncs are numbered by their order. */
export async function stateOf(bench: Bench, tenant: string) {
  const syncs = await bench.rows(`select id, state from syncs where tenant_id = '${tenant}' order by id`);
  const places = new Map(syncs.map(({ id }, i) => [String(id), i]));
  const numbered = (rows: Record<string, unknown>[], ...columns: string[]) =>
    rows.map((row) => ({
      ...row,
      ...Object.fromEntries(columns.map((name) => [name, places.get(String(row[name]))])),
    }));
  const bySync = (before: unknown) => {
    const row = before as Record<string, unknown>;
    const [numberedRow] = numbered([row], 'first_seen', 'last_changed', 'settled_by_sync');
    return { ...numberedRow, settled_at: undefined };
  };
  const entries = await bench.rows(
    `select *, null as tenant_id, null as settled_at from ecritures where tenant_id = '${tenant}' order by key`,
  );
  const changes = await bench.rows(
    `select sync_id, key, change, before from changes where tenant_id = '${tenant}' order by sync_id, key`,
  );
  const files = await bench.rows(
    `select sync_id, dataset, read, inserted, updated, unchanged, rejected, skipped, duplicate, settled, reopened, detail
     from sync_files where tenant_id = '${tenant}' order by sync_id, file_no, dataset`,
  );
  const rejections = await bench.rows(
    `select sync_id, line, column_name, code, value, raw from rejections where tenant_id = '${tenant}' order by sync_id, line, code`,
  );
  return {
    states: syncs.map(({ state }) => state),
    entries: numbered(entries, 'first_seen', 'last_changed', 'settled_by_sync'),
    changes: numbered(changes, 'sync_id').map((row) => ({
      ...row,
      before: bySync((row as { before: unknown }).before),
    })),
    files: numbered(files, 'sync_id').map(sortedWarnings),
    rejections: numbered(rejections, 'sync_id'),
  };
}

/** Which of many remarks are shown as examples depends on how a file is cut into chunks. */
function sortedWarnings(file: Record<string, unknown>) {
  const detail = file['detail'] as { warnings: { code: string; column: string | null; count: number }[] };
  const warnings = detail.warnings.map(({ code, column, count }) => `${code} ${String(column)} ${count}`);
  return { ...file, detail: { ...detail, warnings: warnings.sort() } };
}
