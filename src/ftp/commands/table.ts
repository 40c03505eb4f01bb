import { ArrivageError, verbatim } from '../../errors.ts';
import type { Stage } from '../states.ts';
import { about } from './about.ts';
import type { CommandEntry, OpenCommands, SignedInCommands } from './command.ts';
import { dataPorts } from './data-ports.ts';
import { fileCommands } from './files.ts';
import { folderCommands } from './folders.ts';
import { listCommands, lookCommands } from './lists.ts';
import { security } from './security.ts';
import { signInCommands } from './sign-in.ts';
import { aroundTransfers, transferCommands } from './transfers.ts';

const anyStage: readonly Stage[] = ['user', 'password', 'signedIn'];

/** The commands that not every stage allows, of those that may be used before signing in. */
const stagesOf: Readonly<Record<string, readonly Stage[]>> = {
  USER: ['user', 'password'],
  PASS: ['password'],
  HOST: ['user'],
};

const open = (family: OpenCommands): CommandEntry[] =>
  Object.entries(family).map(([verb, run]) => ({ verb, run, stages: stagesOf[verb] ?? anyStage }));

const behindSignIn = (family: SignedInCommands): CommandEntry[] =>
  Object.entries(family).map(([verb, run]) => ({
    verb,
    stages: ['signedIn'],
    run(control, argument) {
      const { signedIn } = control.signIn;
      if (!signedIn) throw new ArrivageError('bad_sequence', { why: verbatim('USER, PASS') });
      return run(control, argument, signedIn);
    },
  }));

/** Every command that we know. */
export const commands: readonly CommandEntry[] = [
  ...[signInCommands, security, about].flatMap(open),
  ...[dataPorts, fileCommands, folderCommands, lookCommands, listCommands, aroundTransfers, transferCommands].flatMap(
    behindSignIn,
  ),
];

const byVerb = new Map(commands.map((command) => [command.verb, command]));

export function findCommand(verb: string): CommandEntry | undefined {
  return byVerb.get(verb);
}
