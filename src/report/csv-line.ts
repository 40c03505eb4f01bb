/** The dialect of all CSV that arrivage writes, which Excel opens in French and in English: BOM, `;`, CRLF. */

export const BOM = '\ufeff';

export function csvLine(cells: readonly string[]): string {
  return cells.map(csvCell).join(';') + '\r\n';
}

/** Quoted wherever any program could see a delimiter, a line end or a quote. */
function csvCell(cell: string): string {
  return /[;,\t|"\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
