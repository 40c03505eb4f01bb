import { ArrivageError, verbatim } from '../../errors.ts';
import type { Entry } from '../../files/view.ts';
import type { VirtualPath } from '../../model/path.ts';
import { baseName, resolvePath } from '../../model/virtual-path.ts';
import type { Control } from '../control.ts';
import type { SignedIn } from '../sign-in.ts';
import { type TimeAndPath, formatStamp, parseTimeAndPath, parseUtime } from '../grammar/times.ts';
import type { SignedInCommands } from './command.ts';
import { required } from './folders.ts';

export const fileCommands: SignedInCommands = {
  async DELE(control, typed, { files, folder }) {
    await files.remove(resolvePath(folder, required(typed, 'DELE')));
    await control.reply(250, 'File removed.');
  },

  async RNFR(control, typed, signedIn) {
    const path = resolvePath(signedIn.folder, required(typed, 'RNFR'));
    await existing(signedIn, path);
    signedIn.renaming = path;
    await control.reply(350, 'Send the new name with RNTO.');
  },

  async RNTO(control, typed, signedIn) {
    const { files, folder, renaming: from } = signedIn;
    signedIn.renaming = undefined;
    if (from === undefined) throw new ArrivageError('bad_sequence', { why: verbatim('RNFR') });
    await files.rename(from, resolvePath(folder, required(typed, 'RNTO')));
    await control.reply(250, 'Renamed.');
  },

  async SIZE(control, typed, signedIn) {
    const path = resolvePath(signedIn.folder, required(typed, 'SIZE'));
    const { kind, size } = await existing(signedIn, path);
    if (kind === 'folder') throw new ArrivageError('is_a_folder', { path });
    await control.reply(213, String(size));
  },

  async MDTM(control, argument, signedIn) {
    const change = parseTimeAndPath(required(argument, 'MDTM'));
    const path = resolvePath(signedIn.folder, argument);
    const entry = await signedIn.files.stat(path);
    // The older form sets a time, unless a file really has that name.
    if (!entry && change) return setTime(control, signedIn, change);
    if (!entry) throw new ArrivageError('not_found', { path });
    return control.reply(213, formatStamp(entry.modified));
  },

  async MFMT(control, argument, signedIn) {
    const change = parseTimeAndPath(argument);
    if (!change) throw new ArrivageError('bad_request', { why: verbatim('MFMT YYYYMMDDHHMMSS') });
    await setTime(control, signedIn, change);
  },

  /** draft-bryan-ftpext-hash-02: the SHA-256 that was made when the file came; no other hash is offered. */
  async HASH(control, typed, signedIn) {
    const path = resolvePath(signedIn.folder, required(typed, 'HASH'));
    const [{ size }, sha256] = await Promise.all([existing(signedIn, path), signedIn.files.digest(path)]);
    await control.reply(213, `SHA-256 0-${Math.max(size - 1, 0)} ${sha256} ${baseName(path)}`);
  },

  /** The same as older clients ask for it. They put names with spaces in quotes; parts of a file are not hashed. */
  async XSHA256(control, argument, { files, folder }) {
    const typed = /^"(.*)"$/.exec(required(argument, 'XSHA256'))?.[1] ?? argument;
    const sha256 = await files.digest(resolvePath(folder, typed));
    await control.reply(250, sha256.toUpperCase());
  },

  async SITE(control, argument, signedIn) {
    const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(argument) ?? [];
    const change = verb.toUpperCase() === 'UTIME' ? parseUtime(rest) : undefined;
    if (change) return setTime(control, signedIn, change);
    // Files have no permissions here; clients that set them after each upload expect no error.
    if (verb.toUpperCase() === 'CHMOD') return control.reply(200, 'OK.');
    throw new ArrivageError('unsupported', { what: verbatim(`SITE ${verb}`) });
  },
};

async function existing({ files }: SignedIn, path: VirtualPath): Promise<Entry> {
  const entry = await files.stat(path);
  if (!entry) throw new ArrivageError('not_found', { path });
  return entry;
}

async function setTime(control: Control, { files, folder }: SignedIn, { time, path }: TimeAndPath): Promise<boolean> {
  await files.setModified(resolvePath(folder, path), time);
  return control.reply(213, `Modify=${formatStamp(time)}; ${path}`);
}
