/**
 * Where a thread begins: the compiled file, also when the caller runs from source, since Node 20 starts no thread from
 * TypeScript.
 * @param name below `src`, without its ending: `spool/hasher-thread`
 */
export function threadEntry(name: string): URL {
  const compiled = import.meta.url.endsWith('.ts') ? '../../dist' : '..';
  return new URL(`${compiled}/${name}.js`, import.meta.url);
}
