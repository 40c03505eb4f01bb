import { ArrivageError, because } from '../errors.ts';
import type { ReceiveMode } from '../files/view.ts';
import { openFlag } from './protocol.ts';

/** What an OPEN asks for. `mustExist`: the client did not allow the file to be created. */
export type OpenIntent = { kind: 'read' } | { kind: 'write'; mode: ReceiveMode; mustExist: boolean };

/**
 * The flags of OPEN (draft-ietf-secsh-filexfer-02, section 6.3). READ beside WRITE is taken as WRITE: clients set both
 * for uploads (rclone, sshfs), and what is not yet committed cannot be read.
 * @throws bad_request where neither reading nor writing is asked for
 */
export function intentOf(flags: number): OpenIntent {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(openFlag.write) || has(openFlag.append))
    return { kind: 'write', mode: modeOf(has), mustExist: !has(openFlag.create) };
  if (has(openFlag.read)) return { kind: 'read' };
  throw new ArrivageError('bad_request', { why: because('open_flags', { flags }) });
}

function modeOf(has: (flag: number) => boolean): ReceiveMode {
  if (has(openFlag.create) && has(openFlag.exclusive)) return { kind: 'create' };
  if (has(openFlag.truncate)) return { kind: 'replace' };
  if (has(openFlag.append)) return { kind: 'append' };
  return { kind: 'update' };
}
