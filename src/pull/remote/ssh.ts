import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type {
  Algorithms,
  AnyAuthMethod,
  AuthHandlerMiddleware,
  Client,
  KeyboardInteractiveAuthMethod,
  SFTPWrapper,
} from 'ssh2';
import { ArrivageError } from '../../errors.ts';
import type { Connector } from '../../model/connector.ts';
import { adaptClient } from '../../ssh/key-exchange.ts';
import type { RemoteLimits, RemoteStep } from '../remote.ts';
import { shownReply } from './bounds.ts';
import type { Guard } from './guard.ts';
import { readPrivateKey } from './private-key.ts';

/**
 * What we accept of a customer's server, behind the hybrid key exchange: no SHA-1, no CBC, no DSA, no compression. The NIST curves and group 14 are
 * here, unlike on our own door, for servers of some years ago.
 */
const algorithms: Algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
};

interface Opening {
  connector: Connector;
  limits: RemoteLimits;
  guard: Guard;
  passed: (step: RemoteStep, found: string) => void;
}

/**
 * Checks the host key, signs in and opens the SFTP channel, over a connection that stands.
 * @throws host_key_unknown, host_key_changed, no_safe_algorithm, private_key_unusable, remote_login_refused …
 */
export async function openSsh(ssh: Client, socket: Socket, opening: Opening): Promise<SFTPWrapper> {
  const { connector, limits, guard, passed } = opening;
  ssh.on('error', (error) => guard.fail(explain(error, connector)));
  ssh.on('close', () => guard.fail(new ArrivageError('remote_cut', { during: 'SSH' })));
  const identified = new Promise<void>((resolve) => ssh.once('handshake', () => resolve()));
  const ready = new Promise<void>((resolve) => ssh.once('ready', () => resolve()));
  ssh.connect({
    sock: socket,
    username: connector.username,
    algorithms,
    readyTimeout: 0,
    hostVerifier: (key: Buffer) => checkHostKey(key, opening),
    authHandler: signInWith(opening),
  });
  adaptClient(ssh);
  await guard.step('SSH', limits.loginMs, identified);
  await guard.step('login', limits.loginMs, ready);
  passed('login', connector.username);
  const sftp = await guard.step('SFTP', limits.loginMs, openChannel(ssh));
  return sftp.on('error', (error: Error) => guard.fail(explain(error, connector)));
}

function checkHostKey(key: Buffer, { connector, guard, passed }: Opening): boolean {
  const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  const pinned = connector.hostKey;
  if (pinned === fingerprint) passed('identify', fingerprint);
  else if (pinned === null) guard.fail(new ArrivageError('host_key_unknown', { fingerprint }));
  else guard.fail(new ArrivageError('host_key_changed', { fingerprint, pinned }));
  return pinned === fingerprint;
}

/** The key first, then the password, each once and only where the server takes that method. */
function signInWith({ connector, guard }: Opening): AuthHandlerMiddleware {
  let ways: AnyAuthMethod[] | undefined;
  return (offered: readonly string[] | null, _partial, next) => {
    try {
      ways ??= waysOf(connector);
    } catch (error) {
      guard.fail(error);
      return;
    }
    let way = ways.shift();
    while (way && way.type !== 'none' && offered !== null && !offered.includes(way.type)) way = ways.shift();
    next(way ?? NO_OTHER_WAY);
  };
}

/** What ends the sign-in, which ssh2's types leave out. */
const NO_OTHER_WAY = false as unknown as AnyAuthMethod;

/** @throws private_key_unusable */
function waysOf({ username, password, privateKey, passphrase }: Connector): AnyAuthMethod[] {
  const ways: AnyAuthMethod[] = [{ type: 'none', username }];
  if (privateKey !== null) ways.push({ type: 'publickey', username, key: readPrivateKey(privateKey, passphrase) });
  if (password === null) return ways;
  // Servers that know no method "password" ask for it in a dialogue (RFC 4256).
  const prompt: KeyboardInteractiveAuthMethod['prompt'] = (_name, _text, _language, prompts, answer) =>
    answer(prompts.map(({ echo }) => (echo === true ? '' : password)));
  return [...ways, { type: 'password', username, password }, { type: 'keyboard-interactive', username, prompt }];
}

function openChannel(ssh: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    ssh.sftp((error, sftp) => {
      if (error)
        reject(new ArrivageError('remote_refused', { during: 'SFTP', reply: shownReply(error.message) }, error));
      else resolve(sftp);
    });
  });
}

function explain(error: Error & { level?: string }, { username }: Connector): ArrivageError {
  const reply = shownReply(error.message);
  if (error.level === 'client-authentication')
    return new ArrivageError('remote_login_refused', { username, reply }, error);
  if (error.level === 'client-socket') return new ArrivageError('remote_cut', { during: 'SSH' }, error);
  if (/no matching/.test(error.message)) return new ArrivageError('no_safe_algorithm', { why: reply }, error);
  return new ArrivageError('remote_unintelligible', { why: reply }, error);
}
