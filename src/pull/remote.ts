import type { RemoteFile } from '../model/connector.ts';

/**
 * A tenant's own server, as pull mode sees it: one folder of it, once the connection stands, its key or certificate is
 * checked, the login is accepted and the folder is there. Every failure is an `ArrivageError` of the catalogue; an abort
 * rejects with the signal's reason. After a read that failed or was left early, close the remote and open another.
 * `test/contract/remote.ts` is what each implementation must pass.
 */
export interface Remote {
  /**
   * The files of the folder, in no order: no folders, no links. Names that could become a path (`/`, `\`, `..`, control
   * characters, over 255 bytes) are left out.
   * @throws listing_too_large
   */
  list(): Promise<RemoteFile[]>;
  /**
   * The bytes of a file from `offset` up to the size it was listed with: all of them, or an error at the end. One
   * operation at a time.
   * @throws remote_file_missing, remote_file_changed (it has become shorter or longer), remote_cut
   */
  read(file: RemoteFile, offset: number): AsyncIterable<Uint8Array>;
  /** Moves a file into a folder (absolute, or beneath the connector’s), made where it is missing; a taken name is stamped. */
  move(name: string, folder: string): Promise<void>;
  /** A file of the folder, or by its path as `move` takes that of a folder. */
  remove(path: string): Promise<void>;
  /** Makes an empty file. */
  make(name: string): Promise<void>;
  /** Says goodbye. Never fails, can be called twice. */
  close(): Promise<void>;
}

/** What is passed, in this order, before a remote is open. */
export const remoteSteps = ['resolve', 'connect', 'identify', 'login', 'directory'] as const;
export type RemoteStep = (typeof remoteSteps)[number];

/** Milliseconds. `silence`: no byte for so long. */
export interface RemoteLimits {
  connectMs: number;
  loginMs: number;
  silenceMs: number;
  listMs: number;
  overallMs: number;
}

export const remoteLimits: RemoteLimits = {
  connectMs: 15_000,
  loginMs: 30_000,
  silenceMs: 60_000,
  listMs: 120_000,
  overallMs: 4 * 3_600_000,
};

export interface RemoteOptions {
  /** CIDR ranges that are allowed as targets although they are private: `config.privateTargets`. */
  privateTargets: readonly string[];
  limits?: RemoteLimits;
  /** Called as each step is passed, with what it found: the address, the fingerprint, the folder. */
  passed?: (step: RemoteStep, found: string) => void;
}
