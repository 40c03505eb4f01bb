import type { SignedInCommands, SignedInRun } from './command.ts';

/** The commands that use a prepared data connection, made to end it also where they are refused before they take it. */
export function endingUnused(commands: SignedInCommands): SignedInCommands {
  const ending =
    (run: SignedInRun): SignedInRun =>
    (control, argument, signedIn) =>
      run(control, argument, signedIn).finally(() => control.data.closePort());
  return Object.fromEntries(Object.entries(commands).map(([verb, run]) => [verb, ending(run)]));
}
