import { randomBytes } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { ArrivageError, verbatim } from '../../errors.ts';
import type { Inbound, ReceiveMode } from '../../files/view.ts';
import { resolvePath } from '../../model/virtual-path.ts';
import type { Control } from '../control.ts';
import { type Exchange, endData } from '../data.ts';
import type { SignedIn } from '../sign-in.ts';
import { receiveAll, sendAll } from '../streams.ts';
import { SECOND_CONNECTION } from '../transfer.ts';
import type { SignedInCommands } from './command.ts';
import { endingUnused } from './ending-unused.ts';
import { required } from './folders.ts';

export const transferCommands: SignedInCommands = endingUnused({
  async STOR(control, typed, signedIn) {
    const offset = takeOffset(signedIn);
    await store(control, signedIn, typed, offset > 0 ? { kind: 'resume', offset } : { kind: 'replace' });
  },

  async APPE(control, typed, signedIn) {
    const offset = takeOffset(signedIn);
    await store(control, signedIn, typed, offset > 0 ? { kind: 'resume', offset } : { kind: 'append' });
  },

  /** A name of our choice, made from the one suggested; the 150 tells it (RFC 1123, section 4.1.2.9). */
  async STOU(control, suggested, signedIn) {
    takeOffset(signedIn);
    const name = `${suggested === '' ? 'upload' : suggested}.${randomBytes(4).toString('hex')}`;
    await store(control, signedIn, name, { kind: 'create' }, `FILE: ${name}`);
  },

  async RETR(control, typed, signedIn) {
    const position = takeOffset(signedIn);
    const path = resolvePath(signedIn.folder, required(typed, 'RETR'));
    const download = await signedIn.files.open(path);
    try {
      if (position > download.size)
        throw new ArrivageError('not_resumable', { path, offset: position, size: download.size });
      const read = (into: Buffer, at: number): Promise<number> => download.read(into, at);
      await control.data.use(signedIn.session, async ({ transfer, startSending }) => {
        const data = await startSending(`Sending ${download.size - position} bytes.`);
        await sendAll(data, transfer, { size: download.size, position, read });
        endData(data);
      });
    } finally {
      await download.close();
    }
    await control.reply(226, 'Sent.');
  },
});

/** What goes before a transfer, or ends it. */
export const aroundTransfers: SignedInCommands = {
  async REST(control, argument, signedIn) {
    if (!/^\d{1,15}$/.test(argument.trim())) throw new ArrivageError('bad_request', { why: verbatim('REST') });
    signedIn.offset = Number(argument);
    await control.reply(350, `The next transfer starts at ${signedIn.offset}.`);
  },

  /** A transfer that was under way has already been cut, and has said so with a 426. */
  ABOR: (control) => control.reply(226, 'Nothing is being transferred now.'),

  /** Says in advance that a file won't fit, before its bytes travel. */
  async ALLO(control, argument, { session, files }) {
    const size = Number(/^\d+/.exec(argument.trim())?.[0] ?? 0);
    const limit = session.tenant.maxFileBytes;
    if (size > limit) throw new ArrivageError('file_too_large', { limit });
    const { total, free } = await files.space();
    if (size > free) throw new ArrivageError('quota_exceeded', { limit: total });
    await control.reply(200, 'It fits.');
  },
};

/** REST counts for one transfer only. */
function takeOffset(signedIn: SignedIn): number {
  const { offset } = signedIn;
  signedIn.offset = 0;
  return offset;
}

async function store(
  control: Control,
  { session, files, folder }: SignedIn,
  typed: string,
  mode: ReceiveMode,
  opening = 'Ready to receive.',
): Promise<void> {
  const path = resolvePath(folder, required(typed, 'STOR'));
  const size = await control.data.use(session, async (exchange) =>
    receiveFile(control, exchange, await files.receive(path, mode), opening),
  );
  await control.reply(226, `Received and safe: ${size} bytes.`);
}

/**
 * Acknowledges only what is whole and durable: the end of the stream is proven, the control connection is there to
 * hear of it, then the commit.
 */
async function receiveFile(
  control: Control,
  { transfer, startReceiving }: Exchange,
  inbound: Inbound,
  opening: string,
): Promise<number> {
  try {
    const inflow = await startReceiving(opening);
    const began = performance.now();
    await receiveAll(inflow, transfer, (chunk) => inbound.write(chunk));
    const ended = performance.now();
    endData(inflow.socket);
    await inbound.sync();
    if (!control.data.protect) await outlast(ended, Math.min(ended - began, EXIT_MS));
    await nextPoll();
    if (transfer.signal.aborted || control.isOver) throw new ArrivageError('transfer_incomplete');
  } catch (error) {
    await abandon(inbound, transfer.signal.reason ?? error);
    throw error;
  }
  await inbound.commit();
  return inbound.size;
}

/**
 * The sockets of a killed process end one after another, the data connection's first where its number is the higher:
 * on a machine with four runnable processes a core, curl's control connection ended up to 19 ms later (of 60 kills, 5
 * behind the sync of the bytes). In clear FTP nothing else tells such an end from that of a whole file.
 */
const EXIT_MS = 25;

/** Until `ms` after `since`: no longer than a transfer took, since a short one is seldom hit. */
async function outlast(since: number, ms: number): Promise<void> {
  const left = since + ms - performance.now();
  if (left > 0) await setTimeout(left);
}

/** Whatever the system already knows of our sockets has been told. */
async function nextPoll(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** What a stranger may have sent is not resumed. */
function abandon(inbound: Inbound, reason: unknown): Promise<void> {
  if (reason === SECOND_CONNECTION) return inbound.abandon(SECOND_CONNECTION, { discard: true });
  return inbound.abandon(reason instanceof Error ? reason.message : String(reason));
}
