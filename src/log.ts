import { pino, type Logger } from 'pino';
import type { Config } from './config.ts';

export type Log = Logger;

/** JSON lines on standard output. Whatever could be a secret is cut out before it is written. */
export function openLog(level: Config['logLevel']): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '(hidden)' },
  });
}

const secret = ['password', 'passphrase', 'privateKey', 'secret', 'token', 'authorization', 'databaseUrl'];
