import { CommanderError } from 'commander';
import { ConfigError } from '../config.ts';
import { isUnavailable } from '../db/client.ts';
import { ArrivageError, type ErrorCode } from '../errors.ts';
import { StartFailure } from '../main/start-failure.ts';

/** A command that was refused or failed: its message is for the person at the terminal. Exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** For `catch`: what a refusal of these codes means in the words of the command. @throws CommandFailure, or what it is */
export const saying =
  (texts: Partial<Record<ErrorCode, string>>) =>
  (error: unknown): never => {
    const text = error instanceof ArrivageError ? texts[error.code] : undefined;
    throw text === undefined ? error : new CommandFailure(text);
  };

/** 0: done · 1: failed or refused · 2: used wrongly, settings included. */
type ExitCode = 0 | 1 | 2;

export interface Ending {
  code: ExitCode;
  /** What to say; undefined where it was said already. */
  lines: string[];
}

/** What a thrown error means for the caller of a command: clear lines, never a stack. */
export function endingOf(error: unknown): Ending {
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, lines: [] };
  if (error instanceof ConfigError) return { code: 2, lines: [...error.problems] };
  if (error instanceof CommandFailure || error instanceof StartFailure || error instanceof ArrivageError)
    return { code: 1, lines: [error.message] };
  if (isUnavailable(error)) return { code: 1, lines: [new ArrivageError('database_unavailable').message] };
  return { code: 1, lines: [error instanceof Error ? error.message : String(error)] };
}
