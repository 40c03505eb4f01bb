import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { letterHtml, subjectOf } from '../../src/notify/mail/letter.ts';
import { parseSmtpUrl } from '../../src/base/smtp-url.ts';
import { isMailAddress, parseSender } from '../../src/base/mail-address.ts';

it('insists on TLS, except to this machine or where it is told otherwise', () => {
  const safe = { secure: false, requireTLS: true, ignoreTLS: false };
  expect(parseSmtpUrl('smtp://us:p%40ss@mail.example.org')).toEqual({
    ...{ host: 'mail.example.org', port: 587, ...safe },
    auth: { user: 'us', pass: 'p@ss' },
  });
  expect(parseSmtpUrl('smtps://mail.example.org')).toEqual({
    ...{ host: 'mail.example.org', port: 465, secure: true, requireTLS: false, ignoreTLS: false },
  });
  for (const url of ['smtp://localhost:25', 'smtp://[::1]', 'smtp://relay.lan:25?tls=off'])
    expect(parseSmtpUrl(url), url).toMatchObject({ requireTLS: false, ignoreTLS: true });
  for (const url of [
    'smtp://',
    'http://x',
    'mail.example.org',
    'smtp://x/path',
    'smtp://x?tls.rejectUnauthorized=false',
  ])
    expect(parseSmtpUrl(url), url).toBeUndefined();
});

it('tells of a wrong setting without its password, and takes both settings or none', () => {
  const read = (settings: Record<string, string>) => () => readConfig(settings);
  expect(read({ ARRIVAGE_SMTP_URL: 'smpt://us:secret@x', ARRIVAGE_MAIL_FROM: 'a@b.fr' })).toThrow(ConfigError);
  expect(read({ ARRIVAGE_SMTP_URL: 'smpt://us:secret@x', ARRIVAGE_MAIL_FROM: 'a@b.fr' })).not.toThrow(/secret/);
  expect(read({ ARRIVAGE_SMTP_URL: 'smtp://x' })).toThrow(/go together/);
  expect(readConfig({ ARRIVAGE_SMTP_URL: 'smtp://x', ARRIVAGE_MAIL_FROM: 'Arrivage <a@b.fr>' }).mail).toMatchObject({
    from: { name: 'Arrivage', address: 'a@b.fr' },
  });
  expect(readConfig({}).mail).toBeUndefined();
});

it('takes one plain address and nothing that could be more', () => {
  for (const good of ['marie@example.org', "o'neil+x@sub.example.co", 'a@localhost'])
    expect(isMailAddress(good), good).toBe(true);
  for (const bad of [
    '',
    'x',
    '@x',
    'x@',
    'a@b..c',
    'a@-b.c',
    'a b@c.d',
    'a@b,c@d',
    '"a"@b',
    'a@[::1]',
    'a@b\n',
    '<a@b>',
  ])
    expect(isMailAddress(bad), JSON.stringify(bad)).toBe(false);
  expect(parseSender('Arrivage, SA <a@b.fr>')).toEqual({ name: 'Arrivage, SA', address: 'a@b.fr' });
  expect(parseSender('x\r\nBcc: y <a@b.fr>')).toBeUndefined();
});

it('keeps whatever is in a subject on one line, and whatever is in a text out of the HTML', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const letter = { language: 'fr', subject: text, blocks: [{ kind: 'text', text }] } as const;
      expect(subjectOf(letter)).not.toMatch(/[\r\n\u2028\u2029\u0000-\u001f\u007f-\u009f]/);
      const body = /<body><p>([\s\S]*)<\/p><\/body>/.exec(letterHtml(letter))?.[1] ?? '<';
      expect(body).not.toMatch(/[<>"]|&(?!amp;|lt;|gt;|quot;)/);
    }),
  );
});
