import { parentPort, workerData } from 'node:worker_threads';
import { ArrivageError, type ErrorParams } from '../errors.ts';
import type { FormatPins } from '../model/format.ts';
import { preview, propose, type FileInQuestion, type Preview, type Proposal } from './propose.ts';

/** What the thread is to read: a sample, or a committed file. `today`: milliseconds since the epoch. */
export type ProposalTask = { today: number } & (
  { kind: 'propose'; path: string; pins: FormatPins } | { kind: 'preview'; file: FileInQuestion }
);

export type ProposalAnswer =
  | { kind: 'done'; found: Proposal | Preview }
  | { kind: 'refused'; code: string; params: ErrorParams }
  | { kind: 'broken'; message: string };

/** A thread that reads one file, which may be hostile, and ends. */
const task = workerData as ProposalTask;
const today = new Date(task.today);
const answer = await (task.kind === 'preview' ? preview(task.file, today) : propose(task.path, task.pins, today)).then(
  (found): ProposalAnswer => ({ kind: 'done', found }),
  (error: unknown): ProposalAnswer =>
    error instanceof ArrivageError
      ? { kind: 'refused', code: error.code, params: { ...error.params } }
      : { kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
);
parentPort?.postMessage(answer);
