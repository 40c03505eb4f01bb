import { ArrivageError } from '../../errors.ts';
import { pages } from '../../files/pages.ts';
import type { Entry } from '../../files/view.ts';
import { isPattern, matchesPattern } from '../../model/shell-pattern.ts';
import { baseName, parentOf, resolvePath } from '../../model/virtual-path.ts';
import type { Control } from '../control.ts';
import { endData } from '../data.ts';
import { factLine, listLine, listTarget } from '../grammar/listing.ts';
import type { SignedIn } from '../sign-in.ts';
import { sendAll } from '../streams.ts';
import type { SignedInCommands } from './command.ts';
import { endingUnused } from './ending-unused.ts';

export const listCommands: SignedInCommands = endingUnused({
  async LIST(control, argument, signedIn) {
    const now = new Date();
    const { entries } = await choose(signedIn, listTarget(argument));
    await sendLines(control, signedIn, entries, (entry) => listLine(entry, now));
  },

  /** Names that RETR takes as they stand (RFC 1123, section 4.1.2.7): with the folder that the client typed. */
  async NLST(control, argument, signedIn) {
    const target = listTarget(argument);
    const { entries, isFile } = await choose(signedIn, target);
    const isFolder = target !== '' && !isPattern(target) && !isFile;
    const prefix = isFolder ? target.replace(/\/*$/, '/') : target.slice(0, target.lastIndexOf('/') + 1);
    await sendLines(control, signedIn, entries, ({ name }) => prefix + name);
  },

  async MLSD(control, argument, signedIn) {
    const entries = pages(signedIn.files, resolvePath(signedIn.folder, argument));
    await sendLines(control, signedIn, entries, (entry) => factLine(entry, control.settings.facts));
  },
});

export const lookCommands: SignedInCommands = {
  async MLST(control, argument, { files, folder }) {
    const path = resolvePath(folder, argument);
    const entry = await files.stat(path);
    if (!entry) throw new ArrivageError('not_found', { path });
    await control.reply(250, 'Listing:', factLine({ ...entry, name: path }, control.settings.facts), 'End');
  },

  async STAT(control, argument, signedIn) {
    if (argument === '') return control.reply(211, ...status(control, signedIn));
    const now = new Date();
    const { entries } = await choose(signedIn, listTarget(argument));
    const lines: string[] = [];
    for await (const page of entries) lines.push(...page.map((entry) => listLine(entry, now)));
    return control.reply(213, 'Listing:', ...lines, 'End');
  },
};

function status({ wire, data }: Control, { username }: SignedIn): string[] {
  return [
    'arrivage',
    `Signed in as ${username}`,
    `Control connection: ${wire.tls ? 'TLS' : 'clear'}, data connections: ${data.protect ? 'TLS' : 'clear'}`,
    'End',
  ];
}

/** A folder's entries, the file itself, or what a pattern in the last segment chooses; by pages. */
interface Chosen {
  isFile: boolean;
  entries: AsyncGenerator<Entry[], undefined>;
}

async function choose({ files, folder }: SignedIn, typed: string): Promise<Chosen> {
  const path = resolvePath(folder, typed);
  const entry = await files.stat(path);
  if (entry?.kind === 'file') return { isFile: true, entries: only(entry) };
  const pattern = baseName(path);
  const isWhole = entry !== undefined || !isPattern(pattern);
  return { isFile: false, entries: isWhole ? pages(files, path) : matching(pages(files, parentOf(path)), pattern) };
}

// eslint-disable-next-line @typescript-eslint/require-await -- one page that is there already
async function* only(entry: Entry): AsyncGenerator<Entry[], undefined> {
  yield [entry];
}

async function* matching(all: AsyncGenerator<Entry[]>, pattern: string): AsyncGenerator<Entry[], undefined> {
  for await (const page of all) yield page.filter(({ name }) => matchesPattern(pattern, name));
}

/** Reads on while it sends: a client that takes its time holds one page. */
async function sendLines(
  control: Control,
  { session }: SignedIn,
  entries: AsyncGenerator<Entry[], undefined>,
  format: (entry: Entry) => string,
): Promise<void> {
  const nextLines = async (): Promise<Buffer | undefined> => {
    const { value } = await entries.next();
    return value && Buffer.from(value.map((entry) => `${format(entry)}\r\n`).join(''));
  };
  // Before the data connection: what is wrong with the folder is told instead of a 150.
  let lines = await nextLines();
  const read = async (into: Buffer): Promise<number> => {
    while (lines?.length === 0) lines = await nextLines();
    const count = lines?.copy(into) ?? 0;
    lines = lines?.subarray(count);
    return count;
  };
  await control.data.use(session, async ({ transfer, startSending }) => {
    const data = await startSending('Here comes the listing.');
    await sendAll(data, transfer, { size: Infinity, position: 0, read });
    endData(data);
  });
  await control.reply(226, 'Listing sent.');
}
