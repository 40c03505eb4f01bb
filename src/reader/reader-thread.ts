import { parentPort } from 'node:worker_threads';
import { ArrivageError } from '../errors.ts';
import { identify } from './thread-identify.ts';
import { createOutbox } from './thread-outbox.ts';
import type { Credit, ThreadMessage, ThreadTask } from './thread-protocol.ts';
import { readFile, readRaws } from './thread-read.ts';

/** The parsing thread: hostile bytes are read here and nowhere else. */
const port = parentPort;
if (!port) throw new Error('this file runs as a thread');
const outbox = createOutbox(port);
const post = (message: ThreadMessage) => port.postMessage(message);

port.on('message', (message: ThreadTask | Credit) => {
  if (message.kind === 'credit') outbox.returned(message.buffer);
  else perform(message).then(post, (error: unknown) => post(asMessage(error)));
});

async function perform(task: ThreadTask): Promise<ThreadMessage> {
  switch (task.kind) {
    case 'identify':
      return { kind: 'identified', result: await identify(task) };
    case 'read':
      return { kind: 'read', result: await readFile(task, outbox, post) };
    case 'raws':
      return { kind: 'raws', result: await readRaws(task, outbox) };
  }
}

function asMessage(error: unknown): ThreadMessage {
  if (error instanceof ArrivageError) return { kind: 'refused', code: error.code, params: { ...error.params } };
  return { kind: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
