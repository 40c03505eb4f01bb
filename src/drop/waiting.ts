import { type Look, type Watched, lookAgain, sameLook } from './stillness.ts';

const MOST_FILES = 50_000;

/** The files that were seen in the drop folder and are not taken yet. */
export interface Waiting {
  /** False where there are too many to remember. */
  found(file: string): boolean;
  gone(file: string): void;
  /** Looks at it again, from the beginning, after `ms`. */
  later(file: string, ms: number): void;
  /** It was refused as it looks now; it has another chance once it changes. */
  refuse(file: string, look: Look): void;
  /** What is to be looked at now. */
  due(): string[];
  /** Whether the file, which looks like this, has lain still for long enough to be taken. */
  isReady(file: string, look: Look): boolean;
}

/** Pure bookkeeping. @param stillMs how long a file must lie still */
export function waitingFiles(now: () => number, stillMs: number): Waiting {
  const watched = new Map<string, Watched>();
  const refused = new Map<string, Look>();
  const later = (file: string, ms: number): void => void watched.set(file, { look: undefined, since: now() + ms });

  return {
    found(file) {
      if (watched.has(file)) return true;
      if (watched.size >= MOST_FILES) return false;
      later(file, 0);
      return true;
    },
    gone(file) {
      watched.delete(file);
      refused.delete(file);
    },
    later,
    refuse(file, look) {
      refused.set(file, look);
      watched.delete(file);
    },
    due: () => [...watched].filter(([, { look, since }]) => look !== undefined || now() >= since).map(([file]) => file),
    isReady(file, look) {
      const known = watched.get(file);
      if (!known) return false;
      const { watched: next, still } = lookAgain(known, look, now(), stillMs);
      watched.set(file, next);
      if (!still || now() < next.since) return false;
      if (!sameLook(refused.get(file), look)) return true;
      watched.delete(file);
      return false;
    },
  };
}
