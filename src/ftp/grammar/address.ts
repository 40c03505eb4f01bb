import { isIP } from 'node:net';

export interface HostPort {
  host: string;
  port: number;
}

/** `h1,h2,h3,h4,p1,p2` (RFC 959, PORT). */
export function parsePort(argument: string): HostPort | undefined {
  if (!/^\d{1,3}(,\d{1,3}){5}$/.test(argument.trim())) return undefined;
  const bytes = argument.split(',').map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  const [high = 0, low = 0] = bytes.slice(4);
  return { host: bytes.slice(0, 4).join('.'), port: high * 256 + low };
}

/** `|1|132.235.1.2|6275|`, any printable delimiter (RFC 2428, EPRT). */
export function parseEprt(argument: string): HostPort | undefined {
  const parts = argument.split(argument.charAt(0));
  const [before, family, host = '', port = '', after] = parts;
  if (parts.length !== 5 || before !== '' || after !== '' || !/^\d{1,5}$/.test(port)) return undefined;
  const version = isIP(host);
  const matches = (family === '1' && version === 4) || (family === '2' && version === 6);
  return matches && Number(port) <= 65535 ? { host, port: Number(port) } : undefined;
}

/** Text of a 227 reply; `host` is IPv4. */
export function pasvText({ host, port }: HostPort): string {
  return `Entering Passive Mode (${[...host.split('.'), port >> 8, port & 255].join(',')}).`;
}

/** Text of a 229 reply. */
export function epsvText(port: number): string {
  return `Entering Extended Passive Mode (|||${port}|)`;
}

/** `::ffff:10.0.0.1` is how a dual-stack socket shows an IPv4 peer. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
