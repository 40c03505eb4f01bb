import { parentPort, workerData } from 'node:worker_threads';
import { ArrivageError, type ErrorParams } from '../errors.ts';
import type { FormatPins } from '../model/format.ts';
import { propose, type Proposal } from './propose.ts';

/** What the thread is to read. */
export interface ProposalTask {
  path: string;
  pins: FormatPins;
  /** Milliseconds since the epoch. */
  today: number;
}

export type ProposalAnswer =
  | { kind: 'proposed'; proposal: Proposal }
  | { kind: 'refused'; code: string; params: ErrorParams }
  | { kind: 'broken'; message: string };

/** A thread that reads one sample, which may be hostile, and ends. */
const { path, pins, today } = workerData as ProposalTask;
const answer = await propose(path, pins, new Date(today)).then(
  (proposal): ProposalAnswer => ({ kind: 'proposed', proposal }),
  (error: unknown): ProposalAnswer =>
    error instanceof ArrivageError
      ? { kind: 'refused', code: error.code, params: { ...error.params } }
      : { kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
);
parentPort?.postMessage(answer);
