/** Where a thread begins: Node 20 starts none from TypeScript. */
export const threadEntry = compiled;

/**
 * A compiled file, also when the caller runs from source: for what takes no TypeScript, threads and browsers.
 * @param name below `src`, without its ending: `spool/hasher-thread`
 */
export function compiled(name: string): URL {
  const root = import.meta.url.endsWith('.ts') ? '../../dist' : '..';
  return new URL(`${root}/${name}.js`, import.meta.url);
}
