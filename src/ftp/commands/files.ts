import { ArrivageError, verbatim } from '../../errors.ts';
import type { Entry } from '../../files/view.ts';
import type { VirtualPath } from '../../model/path.ts';
import { baseName, resolvePath } from '../../model/virtual-path.ts';
import { type Control, filesOf, reply } from '../control.ts';
import { type TimeAndPath, formatStamp, parseTimeAndPath, parseUtime } from '../grammar/times.ts';
import type { CommandFamily } from './command.ts';
import { required } from './folders.ts';

export const fileCommands: CommandFamily = {
  async DELE(control, typed) {
    await filesOf(control).remove(resolvePath(control.signIn.folder, required(typed, 'DELE')));
    await reply(control, 250, 'File removed.');
  },

  async RNFR(control, typed) {
    const path = resolvePath(control.signIn.folder, required(typed, 'RNFR'));
    await existing(control, path);
    control.signIn.renaming = path;
    await reply(control, 350, 'Send the new name with RNTO.');
  },

  async RNTO(control, typed) {
    const from = control.signIn.renaming;
    control.signIn.renaming = undefined;
    if (from === undefined) throw new ArrivageError('bad_sequence', { why: verbatim('RNFR') });
    await filesOf(control).rename(from, resolvePath(control.signIn.folder, required(typed, 'RNTO')));
    await reply(control, 250, 'Renamed.');
  },

  async SIZE(control, typed) {
    const path = resolvePath(control.signIn.folder, required(typed, 'SIZE'));
    const { kind, size } = await existing(control, path);
    if (kind === 'folder') throw new ArrivageError('is_a_folder', { path });
    await reply(control, 213, String(size));
  },

  async MDTM(control, argument) {
    const change = parseTimeAndPath(required(argument, 'MDTM'));
    const path = resolvePath(control.signIn.folder, argument);
    const entry = await filesOf(control).stat(path);
    // The older form sets a time, unless a file really has that name.
    if (!entry && change) return setTime(control, change);
    if (!entry) throw new ArrivageError('not_found', { path });
    return reply(control, 213, formatStamp(entry.modified));
  },

  async MFMT(control, argument) {
    const change = parseTimeAndPath(argument);
    if (!change) throw new ArrivageError('bad_request', { why: verbatim('MFMT YYYYMMDDHHMMSS') });
    await setTime(control, change);
  },

  /** draft-bryan-ftpext-hash-02: the SHA-256 that was made when the file came; no other hash is offered. */
  async HASH(control, typed) {
    const path = resolvePath(control.signIn.folder, required(typed, 'HASH'));
    const [{ size }, sha256] = await Promise.all([existing(control, path), filesOf(control).digest(path)]);
    await reply(control, 213, `SHA-256 0-${Math.max(size - 1, 0)} ${sha256} ${baseName(path)}`);
  },

  /** The same as older clients ask for it. They put names with spaces in quotes; parts of a file are not hashed. */
  async XSHA256(control, argument) {
    const typed = /^"(.*)"$/.exec(required(argument, 'XSHA256'))?.[1] ?? argument;
    const sha256 = await filesOf(control).digest(resolvePath(control.signIn.folder, typed));
    await reply(control, 250, sha256.toUpperCase());
  },

  async SITE(control, argument) {
    const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(argument) ?? [];
    const change = verb.toUpperCase() === 'UTIME' ? parseUtime(rest) : undefined;
    if (change) return setTime(control, change);
    // Files have no permissions here; clients that set them after each upload expect no error.
    if (verb.toUpperCase() === 'CHMOD') return reply(control, 200, 'OK.');
    throw new ArrivageError('unsupported', { what: verbatim(`SITE ${verb}`) });
  },
};

async function existing(control: Control, path: VirtualPath): Promise<Entry> {
  const entry = await filesOf(control).stat(path);
  if (!entry) throw new ArrivageError('not_found', { path });
  return entry;
}

async function setTime(control: Control, { time, path }: TimeAndPath): Promise<boolean> {
  await filesOf(control).setModified(resolvePath(control.signIn.folder, path), time);
  return reply(control, 213, `Modify=${formatStamp(time)}; ${path}`);
}
