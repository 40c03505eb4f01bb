/** An amount as people write it: `-12,00`, `+1 234.56`, `-12,00 €`. */
const NUMBER = /^[+-]?\d[\d.,\u0020\u00a0\u202f]*(?:€|%)?$/;

/**
 * Keeps a spreadsheet from running a cell as a formula (OWASP, "CSV injection"): what starts with `=`, `+`, `-`, `@`,
 * their full-width twins, a tab or a line end gets an apostrophe before it, unless it is a plain number.
 */
export function neutralise(cell: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
}
