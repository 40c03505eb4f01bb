import { readFile } from 'node:fs/promises';
import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Where names are looked for; a test has its own. */
interface NameSources {
  hostsFile: string;
  resolverFile: string;
  /** In the place of those that the system names. */
  servers?: readonly string[];
}

const system: NameSources = { hostsFile: '/etc/hosts', resolverFile: '/etc/resolv.conf' };

/** Milliseconds that one DNS server has before the next, or the same again, is asked. */
const TIMEOUT_MS = 2000;
const TRIES = 2;

/**
 * The addresses of a name: of a number itself, else from the hosts file, else from the system's DNS servers (A and AAAA).
 * Unlike `dns.lookup` it keeps none of the four threads waiting that also read and write files: a name whose server says
 * nothing costs nobody else anything.
 * @throws Error where nobody knows the name, the signal's reason where it is aborted
 */
export async function lookUpName(name: string, signal: AbortSignal, from = system): Promise<LookupAddress[]> {
  const plain = numberIn(name.replace(/^\[(.*)\]$/, '$1'));
  if (isIP(plain)) return [addressOf(plain)];
  const host = plain.toLowerCase();
  const listed = listedIn(await textOf(from.hostsFile), host.replace(/\.$/, ''));
  if (listed.length > 0) return listed;
  // RFC 6761, section 6.3: never asked of a server.
  if (/(^|\.)localhost\.?$/.test(host)) return ['127.0.0.1', '::1'].map(addressOf);
  let failure: unknown;
  for (const candidate of candidates(host, await textOf(from.resolverFile))) {
    const found = await ask(candidate, signal, from.servers).catch((error: unknown) => void (failure ??= error));
    if (found) return found;
    signal.throwIfAborted();
  }
  throw failure instanceof Error ? failure : new Error(`no address of ${name}`);
}

const addressOf = (address: string): LookupAddress => ({ address, family: isIP(address) });

/** `127.1`, `0x7f.1` and `2130706433` are addresses wherever names are looked up (WHATWG URL, section 3.5). */
function numberIn(host: string): string {
  const isNumber = /(^|\.)(\d+|0x[\da-f]*)\.?$/i.test(host);
  return isNumber && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;
}

/** hosts(5): an address and its names a line. */
function listedIn(text: string, host: string): LookupAddress[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  return lines.flatMap(([address = '', ...names]) =>
    isIP(address) && names.some((each) => each.toLowerCase() === host) ? [addressOf(address)] : [],
  );
}

const MOST_SUFFIXES = 6;

/** resolv.conf(5): a name with few dots is tried within the searched domains first, one with enough as it is. */
function candidates(host: string, text: string): string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const words = (keyword: string) => lines.findLast(([first]) => first === keyword)?.slice(1);
  const suffixes = (words('search') ?? words('domain') ?? []).slice(0, MOST_SUFFIXES);
  const ndots = Number(/^[ \t]*options[ \t].*\bndots:(\d+)/m.exec(text)?.[1] ?? 1);
  const within = suffixes.map((suffix) => `${host}.${suffix.replace(/\.$/, '')}`);
  return host.split('.').length > ndots ? [host, ...within] : [...within, host];
}

async function ask(host: string, signal: AbortSignal, servers?: readonly string[]): Promise<LookupAddress[]> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const [first] = answers;
    if (found.length === 0) throw first.status === 'rejected' ? first.reason : new Error(`no address of ${host}`);
    return found.map(addressOf);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** A machine without such a file has nothing to say in it. */
const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
