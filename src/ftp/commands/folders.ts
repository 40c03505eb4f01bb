import { ArrivageError, verbatim } from '../../errors.ts';
import { resolvePath } from '../../model/virtual-path.ts';
import { type Control, filesOf, reply } from '../control.ts';
import { quotePath } from '../grammar/reply.ts';
import type { CommandFamily, Run } from './command.ts';

const printFolder: Run = (control) => reply(control, 257, `${quotePath(control.signIn.folder)} is the current folder`);

/** Into any folder, whether it is there yet or not: scripts go first and create later. */
async function enter(control: Control, typed: string): Promise<boolean> {
  const path = resolvePath(control.signIn.folder, typed);
  const entry = await filesOf(control).stat(path);
  if (entry?.kind === 'file') throw new ArrivageError('not_a_folder', { path });
  control.signIn.folder = path;
  return reply(control, 250, `${quotePath(path)} is the current folder`);
}

const leave: Run = (control) => enter(control, '..');

const make: Run = async (control, typed) => {
  const path = resolvePath(control.signIn.folder, required(typed, 'MKD'));
  await filesOf(control).makeFolder(path);
  await reply(control, 257, `${quotePath(path)} created`);
};

const remove: Run = async (control, typed) => {
  await filesOf(control).removeFolder(resolvePath(control.signIn.folder, required(typed, 'RMD')));
  await reply(control, 250, 'Folder removed.');
};

/** @throws bad_request where nothing follows the command */
export function required(argument: string, verb: string): string {
  if (argument === '') throw new ArrivageError('bad_request', { why: verbatim(verb) });
  return argument;
}

export const folderCommands: CommandFamily = {
  PWD: printFolder,
  XPWD: printFolder,
  CWD: enter,
  XCWD: enter,
  CDUP: leave,
  XCUP: leave,
  MKD: make,
  XMKD: make,
  RMD: remove,
  XRMD: remove,
};
