import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ArrivageError, because, isErrorCode } from '../errors.ts';
import type { FormatPins } from '../model/format.ts';
import { openTurns } from '../base/shares.ts';
import { threadEntry } from '../base/thread-entry.ts';
import type { ProposalAnswer, ProposalTask } from './proposal-thread.ts';
import type { FileInQuestion, Preview, Proposal } from './propose.ts';

const entry = threadEntry('reader/proposal-thread');

const MAX_HEAP_MIB = 128;
const MAX_MS = 20_000;

/** A sample that stalls its thread holds up nobody but its tenant: of two threads one is left to the others. */
const threads = openTurns({ inAll: 2, perOwner: 1, waiting: 3 });

/**
 * Proposes a mapping from a sample in a thread of its own, which is killed when it takes too long or too much memory.
 * Owners take turns.
 * @throws parser_stopped, too_many_connections, and what `parse/` refuses
 */
export const proposeApart = (owner: string, sample: { path: string; pins: FormatPins }, today: number) =>
  threads.run(owner, () => inThread({ kind: 'propose', ...sample, today })) as Promise<Proposal>;

/** As `proposeApart`, for how a committed file would be imported. */
export const previewApart = (owner: string, file: FileInQuestion, today: number) =>
  threads.run(owner, () => inThread({ kind: 'preview', file, today })) as Promise<Preview>;

async function inThread(task: ProposalTask): Promise<Proposal | Preview> {
  const limits = { maxOldGenerationSizeMb: MAX_HEAP_MIB, maxYoungGenerationSizeMb: 32 };
  const thread = new Worker(entry, { workerData: task, resourceLimits: limits });
  try {
    return foundIn(await firstWord(thread));
  } finally {
    await thread.terminate();
  }
}

async function firstWord(thread: Worker): Promise<ProposalAnswer> {
  const late = AbortSignal.timeout(MAX_MS);
  try {
    const [answer] = (await once(thread, 'message', { signal: late })) as [ProposalAnswer];
    return answer;
  } catch (error) {
    throw new ArrivageError('parser_stopped', { why: because(late.aborted ? 'time_limit' : 'memory_limit') }, error);
  }
}

function foundIn(answer: ProposalAnswer): Proposal | Preview {
  if (answer.kind === 'done') return answer.found;
  if (answer.kind === 'refused' && isErrorCode(answer.code)) throw new ArrivageError(answer.code, answer.params);
  throw new Error(answer.kind === 'broken' ? answer.message : answer.code);
}
