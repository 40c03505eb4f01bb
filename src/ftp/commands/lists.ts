import { ArrivageError } from '../../errors.ts';
import type { Entry } from '../../files/view.ts';
import { isPattern, matchesPattern } from '../../model/shell-pattern.ts';
import { baseName, parentOf, resolvePath } from '../../session/virtual-path.ts';
import { type Control, filesOf, reply } from '../control.ts';
import { endData, withData } from '../data.ts';
import { factLine, listLine, listTarget } from '../grammar/listing.ts';
import { sendAll } from '../streams.ts';
import type { CommandFamily } from './command.ts';

export const listCommands: CommandFamily = {
  async LIST(control, argument) {
    const now = new Date();
    await sendLines(
      control,
      (await choose(control, listTarget(argument))).map((entry) => listLine(entry, now)),
    );
  },

  /** Names that RETR takes as they stand (RFC 1123, section 4.1.2.7): with the folder that the client typed. */
  async NLST(control, argument) {
    const target = listTarget(argument);
    const entries = await choose(control, target);
    const isFolder =
      target !== '' && !isPattern(target) && entries[0]?.name !== baseName(resolvePath(control.signIn.folder, target));
    const prefix = isFolder ? target.replace(/\/*$/, '/') : target.slice(0, target.lastIndexOf('/') + 1);
    await sendLines(
      control,
      entries.map(({ name }) => prefix + name),
    );
  },

  async MLSD(control, argument) {
    const entries = await filesOf(control).list(resolvePath(control.signIn.folder, argument));
    await sendLines(
      control,
      entries.map((entry) => factLine(entry, control.facts)),
    );
  },

  async MLST(control, argument) {
    const path = resolvePath(control.signIn.folder, argument);
    const entry = await filesOf(control).stat(path);
    if (!entry) throw new ArrivageError('not_found', { path });
    await reply(control, 250, 'Listing:', factLine({ ...entry, name: path }, control.facts), 'End');
  },

  async STAT(control, argument) {
    if (argument === '') return reply(control, 211, ...status(control));
    const now = new Date();
    const lines = (await choose(control, listTarget(argument))).map((entry) => listLine(entry, now));
    return reply(control, 213, 'Listing:', ...lines, 'End');
  },
};

function status(control: Control): string[] {
  const { secure, protectData, signIn } = control;
  return [
    'arrivage',
    `Signed in as ${signIn.username ?? ''}`,
    `Control connection: ${secure ? 'TLS' : 'clear'}, data connections: ${protectData ? 'TLS' : 'clear'}`,
    'End',
  ];
}

/** A folder's entries, the file itself, or what a pattern in the last segment chooses. */
async function choose(control: Control, typed: string): Promise<Entry[]> {
  const files = filesOf(control);
  const path = resolvePath(control.signIn.folder, typed);
  const entry = await files.stat(path);
  if (entry?.kind === 'file') return [entry];
  const pattern = baseName(path);
  if (entry || !isPattern(pattern)) return files.list(path);
  return (await files.list(parentOf(path))).filter(({ name }) => matchesPattern(pattern, name));
}

async function sendLines(control: Control, lines: readonly string[]): Promise<void> {
  const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
  const read = (into: Buffer, position: number): Promise<number> => Promise.resolve(bytes.copy(into, 0, position));
  await withData(control, async ({ transfer, startSending }) => {
    const data = await startSending('Here comes the listing.');
    await sendAll(data, transfer, { size: bytes.length, position: 0, read });
    endData(data);
  });
  await reply(control, 226, 'Listing sent.');
}
