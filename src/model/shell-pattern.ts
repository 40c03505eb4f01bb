/** Whether a name has a `*` or `?` that asks for a choice of files. */
export function isPattern(name: string): boolean {
  return /[*?]/.test(name);
}

/**
 * Shell pattern with `*` and `?` over characters, however the caller cuts and folds them. Two pointers instead of a
 * regular expression, since tenants and clients write patterns: a hostile one costs name × pattern steps at the most,
 * where a regular expression of twelve stars took five minutes.
 */
export function matchesPattern(pattern: ArrayLike<string>, name: ArrayLike<string>): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p;
      p += 1;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      n = resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
