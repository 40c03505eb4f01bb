import { once } from 'node:events';
import { TLSSocket } from 'node:tls';
import { type FTPContext, FTPError, type FTPResponse } from 'basic-ftp';
import { ArrivageError } from '../../errors.ts';
import type { RemoteLimits } from '../remote.ts';
import { openData } from './ftp-data.ts';
import type { Guard } from './guard.ts';

export interface FtpSession {
  ftp: FTPContext;
  guard: Guard;
  limits: RemoteLimits;
  signal: AbortSignal;
}

/**
 * Sends a command that is answered over a data connection, and gives what comes. It ends well only when the data
 * connection has ended properly and the server has said that it sent everything (226 or 250).
 * @throws FTPError, passive_port_blocked, remote_cut, remote_silent
 */
export async function* receive(session: FtpSession, command: string, offset = 0): AsyncGenerator<Buffer> {
  const { ftp, guard, limits, signal } = session;
  const timed = <T>(work: Promise<T>): Promise<T> => guard.step(command, limits.silenceMs, work);
  const data = await timed(openData(ftp, limits.connectMs, signal));
  data.on('error', () => undefined);
  try {
    let skip = offset > 0 && !(await timed(restarts(ftp, offset))) ? offset : 0;
    const { started, finished } = transfer(ftp, command);
    finished.catch((error: unknown) => data.destroy(error as Error));
    await timed(Promise.race([started, finished]));
    const chunks = data.iterator() as AsyncIterator<Buffer, undefined>;
    for (let one = await timed(chunks.next()); one.done !== true; one = await timed(chunks.next())) {
      if (one.value.length > skip) yield one.value.subarray(skip);
      skip = Math.max(0, skip - one.value.length);
    }
    const { code } = await timed(finished);
    if (code !== 226 && code !== 250) throw new ArrivageError('remote_cut', { during: command });
  } finally {
    data.destroy();
  }
}

/** Stores an empty file. @throws as `receive` */
export async function sendNothing({ ftp, limits, signal }: FtpSession, name: string): Promise<void> {
  const data = await openData(ftp, limits.connectMs, signal);
  data.on('error', () => undefined);
  try {
    const { started, finished } = transfer(ftp, `STOR ${name}`);
    // Its end must not overtake the handshake, without which it proves nothing.
    const secured = data instanceof TLSSocket ? once(data, 'secureConnect') : Promise.resolve();
    await Promise.race([Promise.all([started, secured]), finished]);
    data.end();
    await finished;
  } finally {
    data.destroy();
  }
}

/** Whether the server goes on at this byte. One that does not know REST sends everything again. */
async function restarts(ftp: FTPContext, offset: number): Promise<boolean> {
  try {
    await ftp.request(`REST ${offset}`);
    return true;
  } catch (error) {
    if (error instanceof FTPError) return false;
    throw error;
  }
}

/** The first reply (150 or 125) and the last one. */
function transfer(ftp: FTPContext, command: string): { started: Promise<void>; finished: Promise<FTPResponse> } {
  let begin: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (begin = resolve));
  const finished = ftp.handle(command, (reply, task) => {
    if (reply instanceof Error) task.reject(reply);
    else if (reply.code < 200) begin();
    else task.resolve(reply);
  }) as Promise<FTPResponse>;
  return { started, finished };
}
