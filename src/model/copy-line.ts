/**
 * One line of Postgres's COPY text format (PostgreSQL manual, COPY, "Text Format"). NUL, which Postgres cannot store,
 * is dropped.
 */
export function copyLine(values: readonly (string | number | null)[]): string {
  return values.map(field).join('\t') + '\n';
}

function field(value: string | number | null): string {
  if (value === null) return '\\N';
  if (typeof value === 'number') return String(value);
  return value.replace(/[\\\t\n\r\0]/g, (char) => escapes[char] ?? '');
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '' };
