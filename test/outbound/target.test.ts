import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { isReserved } from '../../src/outbound/reserved.ts';
import { checkedLookup, resolveTarget } from '../../src/outbound/target.ts';

describe('what a tenant names can only be reached on the public internet', () => {
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
    ...['172.31.255.255', '192.0.0.170', '192.168.1.1', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::a00:1', '100::1', 'fc00::1'],
    ...['fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2001:db8::1', '2002:7f00:1::', '2001::1'],
  ])('%s is reserved', (address) => expect(isReserved(address)).toBe(true));

  it.each(['8.8.8.8', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1', '192.167.255.255'])(
    '%s is public',
    (address) => expect(isReserved(address)).toBe(false),
  );
  it.each(['2606:4700:4700::1111', '2a00:1450:4007::1', '::ffff:8.8.8.8'])('%s is public', (address) =>
    expect(isReserved(address)).toBe(false),
  );

  it.each(['localhost', '127.0.0.1', '[::1]', '2130706433', '0x7f.1', '127.1', '0'])(
    '%s is refused, however it is written',
    async (host) => {
      await expect(resolveTarget(host, [])).rejects.toMatchObject({ code: 'target_refused' });
    },
  );

  it('a name that does not exist is said so', async () => {
    await expect(resolveTarget('no-such-host.invalid', [])).rejects.toMatchObject({
      code: 'host_not_found',
      params: { host: 'no-such-host.invalid' },
    });
  });

  it('the configuration can allow all of them, or ranges', async () => {
    const allowed = (text: string) => readConfig({ ARRIVAGE_ALLOW_PRIVATE_TARGETS: text }).privateTargets;
    const loopback = [{ address: '127.0.0.1', family: 4 }];
    expect(allowed('off')).toEqual([]);
    expect((await resolveTarget('127.0.0.1', allowed('on'))).addresses).toEqual(loopback);
    expect((await resolveTarget('127.0.0.1', allowed('10.0.0.0/8, 127.0.0.1'))).addresses).toEqual(loopback);
    await expect(resolveTarget('127.0.0.2', allowed('10.0.0.0/8,127.0.0.1'))).rejects.toThrow('127.0.0.2');
    expect(() => allowed('10.0.0.0/33')).toThrow('ARRIVAGE_ALLOW_PRIVATE_TARGETS');
    expect(() => allowed('yes')).toThrow('ARRIVAGE_ALLOW_PRIVATE_TARGETS');
  });

  it('the connection goes to the checked address, whatever the name means by then', async () => {
    const server = createServer((incoming, answer) => answer.end(incoming.headers.host)).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const target = { host: 'rebound.invalid', addresses: [{ address: '127.0.0.1', family: 4 }] };
    const host = await new Promise((resolve, reject) => {
      const call = request({ host: target.host, port, lookup: checkedLookup(target) }, (answer) => {
        answer.once('data', (data: Buffer) => resolve(String(data)));
      });
      call.once('error', reject).end();
    });
    expect(host).toBe(`rebound.invalid:${port}`);
  });
});
