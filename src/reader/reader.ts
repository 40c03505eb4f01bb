import { Worker } from 'node:worker_threads';
import { threadEntry } from '../base/thread-entry.ts';
import { ArrivageError, because, catalogue, type ErrorCode, type ErrorParams } from '../errors.ts';
import type { Credit, Identified, Opened, ReadResult, Stream, ThreadMessage, ThreadTask } from './thread-protocol.ts';

/** Takes what the thread sends; each call is awaited before the thread gets its buffer back. */
interface ReaderSink {
  /** Comes before the first chunk of rows. */
  opened(opened: Opened): Promise<void>;
  chunk(stream: Stream, bytes: Uint8Array): Promise<void>;
  progress(bytes: number, rows: number): void;
}

/** A thread in which hostile files are parsed; it does one task at a time and can be killed. */
export interface Reader {
  run<T extends ThreadTask['kind']>(
    task: Extract<ThreadTask, { kind: T }>,
    sink: ReaderSink,
    signal?: AbortSignal,
  ): Promise<Answer<T>>;
  close(): Promise<void>;
}

type Answer<T> = T extends 'identify' ? Identified : T extends 'read' ? ReadResult : undefined;

const entry = threadEntry('reader/reader-thread');

/** MiB of heap, and milliseconds without a word, after which the thread is killed. */
const MAX_HEAP = 256;
const STALL_MS = 60_000;
/** Wall clock: a minute, and a second for each 256 KiB (a hundredth of the usual speed). */
const wallMs = (size: number) => 60_000 + (size / 262_144) * 1000;

export function startReader(): Reader {
  let thread: Worker | undefined;
  const kill = async () => {
    await thread?.terminate();
    thread = undefined;
  };
  return {
    run: async (task, sink, signal) => {
      thread ??= spawn();
      const last = await converse(thread, task, sink, signal).catch(async (error: unknown) => {
        await kill();
        throw error;
      });
      if (last.kind === 'refused') throw asError(last.code, last.params);
      return ('result' in last ? last.result : undefined) as never;
    },
    close: kill,
  };
}

function spawn(): Worker {
  const thread = new Worker(entry, {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP, maxYoungGenerationSizeMb: 4 },
  });
  // An error is reported by the task under way; between tasks there is nobody to tell.
  thread.on('error', () => undefined);
  thread.unref();
  return thread;
}

/** The message that ends a task in good order, a refusal included; the thread is ready for the next one. */
type Last = Exclude<ThreadMessage, { kind: 'chunk' | 'progress' | 'opened' | 'broken' }>;

/** Rejects when the thread broke, went silent, ran out of time or memory, or was no longer wanted. */
function converse(thread: Worker, task: ThreadTask, sink: ReaderSink, signal?: AbortSignal): Promise<Last> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const wall = setTimeout(() => end(() => reject(stopped('time_limit'))), wallMs(task.file.size));
    let stall: NodeJS.Timeout | undefined;
    let ended = false;
    // Messages are handled one after the other, so that the last one finds every chunk consumed.
    let handled = Promise.resolve();
    const onMessage = (message: ThreadMessage) => {
      clearTimeout(stall);
      handled = handled.then(() => handle(message)).then(listen, fail);
    };
    const handle = async (message: ThreadMessage) => {
      if (message.kind === 'chunk') await consume(thread, message, sink);
      else if (message.kind === 'opened') await sink.opened(message.opened);
      else if (message.kind === 'progress') sink.progress(message.bytes, message.rows);
      else if (message.kind === 'broken') throw new Error(message.message);
      else end(() => resolve(message));
    };
    // The clock of silence runs only while we have nothing to do ourselves.
    const listen = () => {
      clearTimeout(stall);
      // The last message is handled too: a clock that it left running would hold the process for a minute.
      if (ended) return;
      stall = setTimeout(() => fail(stopped('silence_limit')), STALL_MS);
    };
    const onExit = () => fail(stopped('memory_limit'));
    const onAbort = () => fail(new Error('the worker is stopping'));
    const fail = (error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error))));
    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      clearTimeout(wall);
      thread.off('message', onMessage).off('exit', onExit).off('error', onExit);
      signal?.removeEventListener('abort', onAbort);
      clearTimeout(stall);
      settle();
    };
    thread.on('message', onMessage).on('exit', onExit).on('error', onExit);
    signal?.addEventListener('abort', onAbort);
    listen();
    thread.postMessage(task);
  });
}

async function consume(thread: Worker, chunk: Extract<ThreadMessage, { kind: 'chunk' }>, sink: ReaderSink) {
  await sink.chunk(chunk.stream, chunk.bytes.subarray(0, chunk.length));
  const credit: Credit = { kind: 'credit', buffer: chunk.bytes.buffer };
  thread.postMessage(credit, [chunk.bytes.buffer]);
}

function stopped(limit: 'time_limit' | 'silence_limit' | 'memory_limit'): ArrivageError {
  return new ArrivageError('parser_stopped', { why: because(limit) });
}

function asError(code: string, params: ErrorParams): ArrivageError {
  return code in catalogue
    ? new ArrivageError(code as ErrorCode, params)
    : new ArrivageError('internal', { reference: code });
}
