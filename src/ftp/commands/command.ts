import type { Control } from '../control.ts';

/** What a command does. A thrown catalogue entry becomes its reply. */
export type Run = (control: Control, argument: string) => Promise<unknown>;

export interface CommandEntry {
  verb: string;
  run: Run;
  /** May be used before signing in. */
  open: boolean;
}

export type CommandFamily = Readonly<Record<string, Run>>;
