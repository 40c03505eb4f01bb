import type { SecureContext } from 'node:tls';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { FileView } from '../files/view.ts';
import type { Gate, Session } from '../auth/session.ts';
import type { PassivePorts } from './passive-ports.ts';

/** What every connection of the FTP door works with. */
export interface FtpDoorContext {
  config: Pick<Config, 'limits' | 'language'>;
  gate: Gate;
  openFiles: (session: Session) => FileView;
  /**
   * The TLS context of the certificate in force. `own`: with sessions of this control connection alone; else with those
   * that all share, which clients such as rclone resume over several connections. One that resumes nothing gets session
   * tickets on its data connections, and closing with these unread resets a connection behind its last bytes, of which
   * some are lost.
   */
  tls: (own: boolean) => SecureContext;
  /** One pool for every door of the process: two pools over one range would try each other's ports. */
  passive: PassivePorts;
  /** Whether PORT and EPRT are allowed: off unless the operator asks for it. */
  active: boolean;
  log: Logger;
}
