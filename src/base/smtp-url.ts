export interface SmtpOptions {
  host: string;
  port: number;
  /** TLS from the first byte. */
  secure: boolean;
  /** STARTTLS or nothing. */
  requireTLS: boolean;
  ignoreTLS: boolean;
  auth?: { user: string; pass: string };
}

const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Pure: `smtps://user:password@host` (TLS from the first byte), `smtp://…` (STARTTLS, without which nothing is sent),
 * and without TLS only to this machine or with `?tls=off`. Undefined where it is neither.
 */
export function parseSmtpUrl(text: string): SmtpOptions | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || !/^\/?$/.test(url.pathname)) return undefined;
  if (url.search !== '' && url.search !== '?tls=off') return undefined;
  const secure = url.protocol === 'smtps:';
  const cleartext = !secure && (url.search === '?tls=off' || LOCAL.test(url.hostname));
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    ...{ secure, requireTLS: !secure && !cleartext, ignoreTLS: cleartext },
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
  };
}
