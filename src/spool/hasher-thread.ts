import { type Hash, createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { HasherAnswer, HasherTask } from './hasher-protocol.ts';

/** The hashing thread: files take turns, 4 MiB each. */
const TURN_BYTES = 4 * 1024 * 1024;
const buffer = Buffer.allocUnsafeSlow(1024 * 1024);

interface File {
  fd: number;
  hash: Hash;
  done: number;
  /** How far the file may be read. */
  reach: number;
  finish: boolean;
}

const port = parentPort;
if (!port) throw new Error('this file runs as a thread');
const files = new Map<number, File>();
const failures = new Map<number, string>();
let busy = false;
const answer = (message: HasherAnswer): void => port.postMessage(message);

port.on('message', (task: HasherTask) => {
  if (task.kind === 'follow') open(task.id, task.path);
  else if (task.kind === 'drop') close(task.id);
  else extend(task);
  work();
});

function open(id: number, path: string): void {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    files.set(id, { fd, hash: createHash('sha256'), done: 0, reach: 0, finish: false });
  } catch (error) {
    failures.set(id, String(error));
  }
}

function extend({ kind, id, size }: HasherTask & { size: number }): void {
  const file = files.get(id);
  if (file) Object.assign(file, { reach: size, finish: kind === 'finish' });
  else if (kind === 'finish') fail(id, failures.get(id) ?? 'a file that is not followed');
}

function fail(id: number, error: string): void {
  close(id);
  answer({ id, error });
}

function close(id: number): void {
  const file = files.get(id);
  files.delete(id);
  failures.delete(id);
  if (file) closeSync(file.fd);
}

/** One turn for each file, then the messages that came meanwhile. */
function work(): void {
  if (busy) return;
  let left = false;
  for (const [id, file] of files) left = turn(id, file) || left;
  busy = left;
  if (left)
    setImmediate(() => {
      busy = false;
      work();
    });
}

/** Whether there is more to do for this file. */
function turn(id: number, file: File): boolean {
  try {
    const end = Math.min(file.reach, file.done + TURN_BYTES);
    while (file.done < end) step(file, end);
  } catch (error) {
    fail(id, String(error));
    return false;
  }
  if (file.done < file.reach) return true;
  if (file.finish) {
    answer({ id, sha256: file.hash.digest('hex') });
    close(id);
  }
  return false;
}

function step(file: File, end: number): void {
  const count = readSync(file.fd, buffer, 0, Math.min(buffer.length, end - file.done), file.done);
  if (count === 0) throw new Error('the file is shorter than it was said to be');
  file.hash.update(buffer.subarray(0, count));
  file.done += count;
}
