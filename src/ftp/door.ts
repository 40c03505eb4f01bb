import type { SecureContext } from 'node:tls';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { FileView } from '../files/view.ts';
import type { Gate, Session } from '../session/session.ts';
import type { PassivePorts } from './passive-ports.ts';

/** What every connection of the FTP door works with. */
export interface FtpDoorContext {
  config: Pick<Config, 'limits' | 'language'>;
  gate: Gate;
  openFiles: (session: Session) => FileView;
  /** A new one for each control connection: no session resumes under another's, and a renewed certificate serves. */
  tls: () => SecureContext;
  /** One pool for every door of the process: two pools over one range would try each other's ports. */
  passive: PassivePorts;
  /** Whether PORT and EPRT are allowed: off unless the operator asks for it. */
  active: boolean;
  log: Logger;
}
