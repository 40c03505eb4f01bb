import type { Connection, ServerChannel, Session as SshSession } from 'ssh2';
import { ArrivageError } from '../errors.ts';
import type { Language } from '../model/tenant.ts';

/** Channels open at once on one connection: OpenSSH's MaxSessions. */
const MAX_CHANNELS = 10;

/**
 * Lets a signed-in client open SFTP channels and nothing else. `ssh host` and `scp -O` are told what to use instead;
 * terminals, forwarding and environment variables have no listener, which ssh2 answers with a refusal.
 */
export function watchChannels(client: Connection, language: Language, onSftp: (channel: ServerChannel) => void): void {
  let open = 0;
  client.on('session', (accept, reject) => {
    if (open >= MAX_CHANNELS) {
      reject();
      return;
    }
    open += 1;
    const session = accept();
    session.once('close', () => (open -= 1));
    watchRequests(session, language, onSftp);
  });
}

function watchRequests(session: SshSession, language: Language, onSftp: (channel: ServerChannel) => void): void {
  // ssh2 has an SFTP server behind the event 'sftp'. As a plain subsystem the channel is a stream, with the window of
  // SSH as its back-pressure, and the protocol is ours.
  session.on('subsystem', (accept, reject, { name }) => {
    if (name !== 'sftp') reject();
    else ifOpen(accept(), onSftp);
  });
  session.on('shell', (accept) => ifOpen(accept(), (channel) => explain(channel, language)));
  session.on('exec', (accept) => ifOpen(accept(), (channel) => explain(channel, language)));
}

/** ssh2 gives no channel where the session already has one. */
function ifOpen(channel: ServerChannel | undefined, use: (channel: ServerChannel) => void): void {
  if (channel) use(channel);
}

function explain(channel: ServerChannel, language: Language): void {
  channel.on('error', () => undefined);
  channel.resume();
  channel.stderr.write(`${new ArrivageError('sftp_only').text(language)}\r\n`);
  channel.exit(1);
  channel.end();
}
