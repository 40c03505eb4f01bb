import { about } from './about.ts';
import type { CommandEntry, CommandFamily } from './command.ts';
import { dataPorts } from './data-ports.ts';
import { fileCommands } from './files.ts';
import { folderCommands } from './folders.ts';
import { listCommands, lookCommands } from './lists.ts';
import { security } from './security.ts';
import { signInCommands } from './sign-in.ts';
import { aroundTransfers, transferCommands } from './transfers.ts';

const entries = (family: CommandFamily, open: boolean): CommandEntry[] =>
  Object.entries(family).map(([verb, run]) => ({ verb, run, open }));

/** Every command that we know. */
export const commands: readonly CommandEntry[] = [
  ...[signInCommands, security, about].flatMap((family) => entries(family, true)),
  ...[dataPorts, fileCommands, folderCommands, lookCommands, listCommands, aroundTransfers, transferCommands].flatMap(
    (family) => entries(family, false),
  ),
];

const byVerb = new Map(commands.map((command) => [command.verb, command]));

export function findCommand(verb: string): CommandEntry | undefined {
  return byVerb.get(verb);
}
