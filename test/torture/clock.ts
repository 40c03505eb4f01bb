import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The clock of a server, which may be put forward and back; its database keeps the true one. */
export interface Clock {
  /** Settings of the process that shall have it. */
  env: Record<string, string>;
  /** Seconds by which it is wrong from now on. */
  step(seconds: number): void;
}

const LIBRARIES = '/usr/lib';

/** A clock kept by libfaketime, where that is installed; the monotonic clock and the disk's times stay as they are. */
export function falseClock(folder: string): Clock | undefined {
  const library = findLibrary();
  if (library === undefined) return undefined;
  const file = join(folder, 'clock');
  const step = (seconds: number) => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}`);
  step(0);
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
  return { env, step };
}

function findLibrary(): string | undefined {
  if (!existsSync(LIBRARIES)) return undefined;
  return readdirSync(LIBRARIES)
    .map((name) => join(LIBRARIES, name, 'faketime/libfaketimeMT.so.1'))
    .find((path) => existsSync(path));
}
