import type { Control } from '../control.ts';
import type { SignedIn } from '../sign-in.ts';
import type { Stage } from '../states.ts';

/** What a command does. A thrown catalogue entry becomes its reply. */
type Run = (control: Control, argument: string) => Promise<unknown>;

/** The same of one that needs a session. */
export type SignedInRun = (control: Control, argument: string, signedIn: SignedIn) => Promise<unknown>;

export interface CommandEntry {
  verb: string;
  run: Run;
  /** In which it is allowed; in others it is a bad sequence. */
  stages: readonly Stage[];
}

/** Commands that may be used before signing in. */
export type OpenCommands = Readonly<Record<string, Run>>;

export type SignedInCommands = Readonly<Record<string, SignedInRun>>;
