/**
 * The address of the database for graphile-worker's driver, which reads `sslmode` otherwise than psql and postgres.js
 * do: it would verify the certificate for `require` too, so that one half of us could connect and the other not.
 */
export function queueUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.searchParams.has('sslmode')) parsed.searchParams.set('uselibpqcompat', 'true');
  return parsed.href;
}
