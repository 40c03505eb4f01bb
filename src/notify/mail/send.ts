import { createHash } from 'node:crypto';
import nodemailer from 'nodemailer';
import type { Sender } from '../../base/mail-address.ts';
import { letterHtml, letterText, subjectOf, type Letter } from './letter.ts';
import type { SmtpOptions } from '../../base/smtp-url.ts';

export interface MailSettings {
  smtp: SmtpOptions;
  from: Sender;
}

/**
 * Hands a letter to the mail server.
 * @param key what the mail is about: with the address it makes the Message-ID, the same each time that it is sent
 * @throws Error where the server did not take it; see `isRefusedForGood`
 */
export type SendMail = (to: string, letter: Letter, key: string) => Promise<void>;

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
/** Milliseconds for the whole conversation: a server that drips must not hold a worker for ever. */
const TOTAL_MS = 120_000;

export function openMail({ smtp, from }: MailSettings, totalMs = TOTAL_MS): SendMail {
  const transport = nodemailer.createTransport({
    ...smtp,
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return async (to, letter, key) => {
    await transport.sendMail({
      ...{ from, to: { name: '', address: to }, subject: subjectOf(letter) },
      ...{ text: letterText(letter), html: letterHtml(letter), messageId: messageId(from, to, key) },
      // RFC 3834: nobody's absence is to be answered to us.
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': letter.language },
      signal: AbortSignal.timeout(totalMs),
    });
  };
}

function messageId({ address }: Sender, to: string, key: string): string {
  const hash = createHash('sha256').update(`${key} ${to}`).digest('hex').slice(0, 32);
  return `<${hash}@${address.slice(address.indexOf('@') + 1)}>`;
}

/** Whether the server will never take this mail (RFC 5321: 5yz): a recipient that it does not know. */
export function isRefusedForGood(error: unknown): boolean {
  if (!(error instanceof Error) || !('responseCode' in error) || typeof error.responseCode !== 'number') return false;
  // A wrong password is for the operator to correct, and the mail waits for that.
  return error.responseCode >= 500 && !('code' in error && error.code === 'EAUTH');
}
