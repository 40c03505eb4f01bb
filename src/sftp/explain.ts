import type { ServerChannel } from 'ssh2';
import type { ArrivageError, ErrorCode } from '../errors.ts';
import type { Scene } from './answer.ts';

/** Answers to questions that clients ask in passing: their users did nothing wrong. */
const usual: ReadonlySet<ErrorCode> = new Set(['not_found', 'already_exists']);

/**
 * OpenSSH's client shows "Failure" whatever text the status carries, but it passes on what comes beside the SFTP
 * packets. A refusal is told once, not once for each of the 64 writes under way.
 */
export function explainedTo(channel: ServerChannel, { isOpenSsh, language }: Scene): (error: ArrivageError) => void {
  let told = '';
  return (error) => {
    const text = error.text(language);
    if (!isOpenSsh || usual.has(error.code) || text === told || !channel.writable) return;
    told = text;
    channel.stderr.write(`${text}\r\n`);
  };
}
