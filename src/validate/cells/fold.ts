/**
 * The one form under which texts are compared that people spell differently: without accents (NFKD), in lower case,
 * letters and digits only. `N° Pièce`, `Nº pièce` (with the ordinal sign, which NFKD makes an o) and `n_piece` are all
 * `npiece`.
 */
export function fold(text: string): string {
  return text
    .replaceAll('º', '°')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}
