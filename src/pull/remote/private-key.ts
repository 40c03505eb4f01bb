import ssh2, { type ParsedKey } from 'ssh2';
import { ArrivageError, because } from '../../errors.ts';
import { shownReply } from './bounds.ts';

/** A private key as OpenSSH, PEM or PuTTY write it. @throws private_key_unusable */
export function readPrivateKey(text: string, passphrase: string | null): ParsedKey {
  const parsed = ssh2.utils.parseKey(text, passphrase ?? undefined);
  if (!(parsed instanceof Error) && parsed.isPrivateKey()) return parsed;
  const why = parsed instanceof Error ? shownReply(parsed.message) : because('public_key_given');
  throw new ArrivageError('private_key_unusable', { why });
}
