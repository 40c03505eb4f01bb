import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

interface ReceivedMail extends ParsedMail {
  raw: string;
  /** Of the envelope. */
  to_: string[];
}

export interface MailServer {
  port: number;
  mails: ReceivedMail[];
}

/** A mail server on loopback that keeps what it takes. */
export async function openMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks);
        const to = session.envelope.rcptTo.map(({ address }) => address);
        simpleParser(raw).then((mail) => {
          mails.push({ ...mail, raw: raw.toString(), to_: to });
          done();
        }, done);
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  );
  return { port: (server.server.address() as AddressInfo).port, mails };
}
