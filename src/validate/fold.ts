/**
 * The one form under which texts are compared that people spell differently: without accents (NFKD), in lower case,
 * letters and digits only. `N° Pièce` and `n_piece` are both `npiece`.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}
