/** What a file looks like from outside; any change says that somebody is at work on it. */
export interface Look {
  size: number;
  mtimeMs: number;
  /** Tells of bytes that were written and whose time was then set back, as rsync does. */
  ctimeMs: number;
  ino: number;
}

export interface Watched {
  look: Look | undefined;
  /** When it was first seen like that, in milliseconds. */
  since: number;
}

export function sameLook(a: Look | undefined, b: Look): boolean {
  return a?.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino;
}

/** What is known after another look at the file, and whether it has lain still for `stillMs`. */
export function lookAgain(
  known: Watched,
  look: Look,
  now: number,
  stillMs: number,
): { watched: Watched; still: boolean } {
  if (!sameLook(known.look, look)) return { watched: { look, since: now }, still: false };
  return { watched: known, still: now - known.since >= stillMs };
}
