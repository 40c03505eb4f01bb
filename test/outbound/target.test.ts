import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { lookUpName } from '../../src/outbound/name-lookup.ts';
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
      await expect(resolveTarget(host, [], 'acme')).rejects.toMatchObject({ code: 'target_refused' });
    },
  );

  it('a name that does not exist is said so', async () => {
    await expect(resolveTarget('no-such-host.invalid', [], 'acme')).rejects.toMatchObject({
      code: 'host_not_found',
      params: { host: 'no-such-host.invalid' },
    });
  });

  it('the configuration can allow all of them, or ranges', async () => {
    const allowed = (text: string) => readConfig({ ARRIVAGE_ALLOW_PRIVATE_TARGETS: text }).privateTargets;
    const loopback = [{ address: '127.0.0.1', family: 4 }];
    expect(allowed('off')).toEqual([]);
    expect((await resolveTarget('127.0.0.1', allowed('on'), 'acme')).addresses).toEqual(loopback);
    expect((await resolveTarget('127.0.0.1', allowed('10.0.0.0/8, 127.0.0.1'), 'acme')).addresses).toEqual(loopback);
    await expect(resolveTarget('127.0.0.2', allowed('10.0.0.0/8,127.0.0.1'), 'acme')).rejects.toThrow('127.0.0.2');
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

/** A DNS server on loopback (RFC 1035) that knows names with an IPv4 address, and says nothing of `silent` ones. */
async function nameServer(names: Record<string, string>) {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.on('message', (query, peer) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = query.subarray(12, at + 5);
    const isA = query.readUInt16BE(at + 1) === 1;
    const name = labels.join('.');
    if (isA) asked.push(name);
    if (name.startsWith('silent')) return;
    const address = names[name];
    const head = Buffer.from([0, 0, 0x81, address ? 0x80 : 0x83, 0, 1, 0, address && isA ? 1 : 0, 0, 0, 0, 0]);
    query.copy(head, 0, 0, 2);
    const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...(address ?? '').split('.').map(Number)];
    socket.send(Buffer.concat([head, question, Buffer.from(address && isA ? record : [])]), peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'names-'));
  const [hostsFile, resolverFile] = [join(folder, 'hosts'), join(folder, 'resolv.conf')];
  await writeFile(hostsFile, '# ours\n10.1.2.3 intranet Files.Example # both\nfd00::3\tintranet\n');
  await writeFile(resolverFile, 'search corp.example other.example\noptions ndots:2\n');
  const from = { hostsFile, resolverFile, servers: [`127.0.0.1:${socket.address().port}`] };
  return { asked, look: (name: string, ms = 5000) => lookUpName(name, AbortSignal.timeout(ms), from) };
}

describe('names are looked up without the threads that read files', () => {
  it('in the hosts file, at the servers, and within the searched domains', async () => {
    const { look, asked } = await nameServer({ 'files.example.org': '192.0.2.7', 'erp.other.example': '192.0.2.8' });
    const addresses = async (name: string) => (await look(name)).map(({ address }) => address);
    expect(await addresses('INTRANET')).toEqual(['10.1.2.3', 'fd00::3']);
    expect(await addresses('files.example')).toEqual(['10.1.2.3']);
    expect(await addresses('localhost')).toEqual(['127.0.0.1', '::1']);
    expect(await addresses('0x7f.1')).toEqual(['127.0.0.1']);
    expect(asked).toEqual([]);
    expect(await addresses('files.example.org')).toEqual(['192.0.2.7']);
    expect(await addresses('files.example.org.')).toEqual(['192.0.2.7']);
    expect(await addresses('erp')).toEqual(['192.0.2.8']);
    expect(asked).toEqual(['files.example.org', 'files.example.org', 'erp.corp.example', 'erp.other.example']);
    await expect(look('nobody.example.org')).rejects.toThrow();
  });

  it('and one that nobody answers for ends when it is given up, while others are found', async () => {
    const { look } = await nameServer({ 'files.example.org': '192.0.2.7' });
    const silent = Array.from({ length: 20 }, (_, i) => look(`silent${i}.example.org`, 300).then(Boolean, () => false));
    expect(await look('files.example.org')).toEqual([{ address: '192.0.2.7', family: 4 }]);
    expect(await Promise.all(silent)).toEqual(Array.from({ length: 20 }, () => false));
  });
});
