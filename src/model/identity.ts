import type { Dataset } from './dataset.ts';

/** `fec`: écritures and the clients they name. `ignored`: it lies beside the export, and is none. */
export type FileContent = Dataset | 'fec' | 'ignored' | 'unknown';

/** What an upload was found to hold, before it is read. */
export interface Identity {
  content: FileContent;
  /** Why it cannot be read at all, as far as is known before reading it, or need not be. */
  quarantine: { code: string; params: Record<string, string> } | null;
}

/** An identity that is kept. */
export interface StoredIdentity extends Identity {
  /** A hash of all that it follows from besides the bytes: where that has changed since, it is found anew. */
  by: string;
}
