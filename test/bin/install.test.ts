import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const load = createRequire(import.meta.url);
const textOf = (name: string) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');

it('installs nothing that reports home or that scanners flag, and names no address to download from', async () => {
  const manifest = JSON.parse(await textOf('package.json')) as { scarfSettings: { enabled: boolean } };
  expect(manifest.scarfSettings.enabled).toBe(false);
  const lock = await textOf('package-lock.json');
  expect(lock).not.toContain('"resolved"');
  const { packages } = JSON.parse(lock) as { packages: Record<string, { name?: string; version: string }> };
  const ips = Object.entries(packages).filter(([path]) => path.endsWith('node_modules/ip'));
  expect(ips.map(([, { name }]) => name)).toEqual(['neoip']);
  // What ftp-srv asks it, it answers.
  const ftpSrv = createRequire(load.resolve('ftp-srv'));
  const ip = ftpSrv('ip') as { isEqual(a: string, b: string): boolean; isPublic(address: string): boolean };
  expect(ip.isEqual('::ffff:192.0.2.1', '192.0.2.1')).toBe(true);
  expect(['127.1', '0x7f.1', '012.1.2.3', '::fFFf:127.0.0.1'].some((address) => ip.isPublic(address))).toBe(false);
});

it('lets no container change its files, gain rights or keep rights that it does not need', async () => {
  const services = (await textOf('compose.yaml'))
    .split(/^ {2}(?=\w+:$)/m)
    .filter((part) => /^ {4}(image|build):/m.test(part));
  expect(services).toHaveLength(2);
  for (const service of services) {
    expect(service).toMatch(/^ {4}read_only: true$/m);
    expect(service).toMatch(/^ {4}cap_drop: \[ALL\]$/m);
    expect(service).toMatch(/^ {4}security_opt: \['no-new-privileges:true'\]$/m);
  }
});
