import { Command, InvalidArgumentError } from 'commander';
import dotenv from 'dotenv';
import { ConfigError, readConfig, type Config } from '../config.ts';
import { openFoundation, type Foundation } from '../main/foundation.ts';
import { interruptible } from './interruption.ts';
import { openOutput, type Output } from './output.ts';

/** What a command works with. */
export interface Work<O> {
  args: string[];
  options: O;
  output: Output;
}

/** Makes a command that takes `--json` and ends with `work`. */
export function runs<O extends object>(command: Command, work: (work: Work<O>) => Promise<void>): Command {
  return command.option('--json', 'print JSON for scripts').action(async (...given: unknown[]) => {
    const self = given.at(-1);
    if (!(self instanceof Command)) throw new Error('commander hands itself over last');
    const { json, ...options } = self.opts<O & { json?: boolean }>();
    await work({ args: self.args, options: options as unknown as O, output: openOutput(json === true) });
  });
}

/** The settings, a `.env` file in the working folder included. @throws ConfigError */
export function readSettings(): Config {
  const { error } = dotenv.config({ quiet: true });
  // Without it the embedded database would be served in place of the one that it names.
  if (error && (error as NodeJS.ErrnoException).code !== 'ENOENT')
    throw new ConfigError([`the settings in .env cannot be read: ${error.message}`]);
  return readConfig(process.env);
}

/** Opens the database and the spool for the length of a command; it may run beside a server, or without one. */
export async function withFoundation<T>(work: (foundation: Foundation) => Promise<T>): Promise<T> {
  const interruption = interruptible();
  const foundation = await openFoundation(readSettings(), 'silent');
  try {
    interruption.throwIfAborted();
    return await work(foundation);
  } finally {
    await foundation.close();
  }
}

/** Makes commander refuse what `check` gives a reason against. */
export function checked<T>(parse: (text: string) => T | undefined, expected: string): (text: string) => T {
  return (text) => {
    const value = parse(text);
    if (value === undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
    return value;
  };
}

/** For an option that may be given several times. */
export function collected<T>(parse: (text: string) => T): (text: string, before: T[] | undefined) => T[] {
  return (text, before) => [...(before ?? []), parse(text)];
}
