/** What the hashing thread is told; `id` names the file. */
export type HasherTask =
  | { kind: 'follow'; id: number; path: string }
  | { kind: 'reach' | 'finish'; id: number; size: number }
  | { kind: 'drop'; id: number };

/** Its only word: the answer to `finish`. */
export type HasherAnswer = { id: number } & ({ sha256: string } | { error: string });
