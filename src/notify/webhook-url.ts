import { ArrivageError } from '../errors.ts';
import type { TenantId } from '../model/tenant.ts';
import { isReserved } from '../outbound/reserved.ts';
import { resolveTarget, type Target } from '../outbound/target.ts';

const LONGEST = 2000;

/** Pure. @throws webhook_url_refused for what is no http(s) address, is too long, or holds a username or password */
export function parseWebhookUrl(text: string): URL {
  const url = URL.canParse(text) && text.length <= LONGEST ? new URL(text) : undefined;
  const fits = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!fits) throw new ArrivageError('webhook_url_refused');
  url.hash = '';
  return url;
}

/**
 * Where a webhook connects to. Only what is private and allowed may be spoken to without TLS.
 * @throws host_not_found, target_refused, webhook_url_refused, too_many_connections
 */
export async function webhookTarget(url: URL, privateTargets: readonly string[], tenant: TenantId): Promise<Target> {
  const target = await resolveTarget(url.hostname, privateTargets, tenant);
  if (url.protocol === 'http:' && !target.addresses.every(({ address }) => isReserved(address)))
    throw new ArrivageError('webhook_url_refused');
  return target;
}
