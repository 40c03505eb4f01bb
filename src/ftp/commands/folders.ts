import { ArrivageError, verbatim } from '../../errors.ts';
import { resolvePath } from '../../model/virtual-path.ts';
import type { Control } from '../control.ts';
import { quotePath } from '../grammar/reply.ts';
import type { SignedIn } from '../sign-in.ts';
import type { SignedInCommands, SignedInRun } from './command.ts';

const printFolder: SignedInRun = (control, _, { folder }) =>
  control.reply(257, `${quotePath(folder)} is the current folder`);

/** Into any folder, whether it is there yet or not: scripts go first and create later. */
async function enter(control: Control, typed: string, signedIn: SignedIn): Promise<boolean> {
  const path = resolvePath(signedIn.folder, typed);
  const entry = await signedIn.files.stat(path);
  if (entry?.kind === 'file') throw new ArrivageError('not_a_folder', { path });
  signedIn.folder = path;
  return control.reply(250, `${quotePath(path)} is the current folder`);
}

const leave: SignedInRun = (control, _, signedIn) => enter(control, '..', signedIn);

const make: SignedInRun = async (control, typed, { files, folder }) => {
  const path = resolvePath(folder, required(typed, 'MKD'));
  await files.makeFolder(path);
  await control.reply(257, `${quotePath(path)} created`);
};

const remove: SignedInRun = async (control, typed, { files, folder }) => {
  await files.removeFolder(resolvePath(folder, required(typed, 'RMD')));
  await control.reply(250, 'Folder removed.');
};

/** @throws bad_request where nothing follows the command */
export function required(argument: string, verb: string): string {
  if (argument === '') throw new ArrivageError('bad_request', { why: verbatim(verb) });
  return argument;
}

export const folderCommands: SignedInCommands = {
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
