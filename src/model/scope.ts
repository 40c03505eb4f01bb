/**
 * The part of a ledger that a snapshot speaks of: a stored row that it does not name has vanished only where it lies
 * within. Null: any. A row lies within whose company is one of these, whose journal is this one, and whose entry date is
 * not before `from` (`2026-01-31`).
 */
export interface Scope {
  /** Ascending. */
  companies: readonly string[] | null;
  journal: string | null;
  from: string | null;
}

/**
 * What is fixed beforehand for files of some name. `company` and `journal` are also given to rows whose file does not
 * say it; `whole`: all companies, named or not.
 */
export interface FixedScope {
  company?: string;
  journal?: string;
  from?: string;
  whole?: true;
}

/** The scope of a file: what is fixed, and of the rest the companies that its rows name. */
export function scopeOf({ company, journal, from, whole }: FixedScope, named: readonly string[]): Scope {
  const companies = whole ? null : company === undefined ? named.toSorted() : [company];
  return { companies, journal: journal ?? null, from: from ?? null };
}

/** Several files of one snapshot speak together. The same scopes in any order make the same list. */
export function unionOf(scopes: readonly Scope[]): Scope[] {
  const byRest = new Map<string, Scope>();
  for (const { companies, journal, from } of scopes) {
    const rest = JSON.stringify([journal, from]);
    const known = byRest.get(rest)?.companies ?? (byRest.has(rest) ? null : []);
    const all = known && companies && [...new Set([...known, ...companies])].toSorted();
    byRest.set(rest, { companies: all, journal, from });
  }
  return [...byRest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, scope]) => scope);
}

/** All companies of which the scopes speak; null: any. */
export function companiesOf(scopes: readonly Scope[]): readonly string[] | null {
  return scopes.some(({ companies }) => companies === null) ? null : scopes.flatMap(({ companies }) => companies ?? []);
}

/** Whether two sets of companies have one in common; null is all of them, and a set of none may have been about any. */
export function companiesMeet(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null || a.length === 0 || b.length === 0) return true;
  const those = new Set(b);
  return a.some((company) => those.has(company));
}
