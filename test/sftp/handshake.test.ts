import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { onTestFinished, describe, expect, it } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import { HYBRID, hybridClient } from '../../src/ssh/hybrid.ts';
import { installed, until } from '../support/clients.ts';
import { openWorkplace, sftp } from '../support/openssh.ts';
import { kexInit, payloadsOf, unencrypted } from '../ssh/packets.ts';
import { openTestDoor } from './door.ts';
import { string } from './packets.ts';

const REPLY = 31;
const DISCONNECT = 1;

/** A client that says only what a test tells it to; `answers`: the payloads that have come. */
function rawClient(port: number, ...payloads: Buffer[]) {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let came = Buffer.alloc(0);
  let ended = false;
  socket.on('data', (chunk: Buffer) => (came = Buffer.concat([came, chunk])));
  socket.on('error', () => undefined);
  socket.on('close', () => (ended = true));
  socket.write(Buffer.concat([Buffer.from('SSH-2.0-test\r\n'), ...payloads.map(unencrypted)]));
  const answers = (): Buffer[] => payloadsOf(came);
  return { answers, has: (type: number) => answers().some((one) => one[0] === type), ended: () => ended };
}

const ecdhInit = (message: Buffer): Buffer => Buffer.concat([Buffer.from([30]), string(message)]);
const hostKey = ['rsa-sha2-512', 'rsa-sha2-256'];

describe('a client’s guess of the key exchange', () => {
  it('is taken where it is right: both prefer the same method and host key', async () => {
    const { port } = await openTestDoor();
    const init = kexInit({ kex: [HYBRID, 'curve25519-sha256'], hostKey, guesses: true });
    const client = rawClient(port, init, ecdhInit(hybridClient().message()));
    await until('the server answers the guess', () => client.has(REPLY));
  });

  it('is dropped where it is wrong, and the packet after it answered', async () => {
    const { port } = await openTestDoor();
    const init = kexInit({ kex: ['nobody-has-this', HYBRID], hostKey, guesses: true });
    const client = rawClient(port, init, ecdhInit(Buffer.from('a guess')), ecdhInit(hybridClient().message()));
    await until('the server answers', () => client.has(REPLY));
  });

  it('is dropped where only the host key was guessed wrong', async () => {
    const { port } = await openTestDoor();
    const init = kexInit({ kex: [HYBRID], hostKey: ['ssh-ed25519', ...hostKey], guesses: true });
    const client = rawClient(port, init, ecdhInit(Buffer.from('a guess')), ecdhInit(hybridClient().message()));
    await until('the server answers', () => client.has(REPLY));
  });
});

describe('a key exchange that fails', () => {
  const good = hybridClient().message();
  const overModulus = Buffer.from(good).fill(0xff, 0, 3);
  const noPoint = Buffer.from(good).fill(0, 1184);
  const init = kexInit({ kex: [HYBRID], hostKey });

  it.each([
    ['a key that is short', [init, ecdhInit(good.subarray(1))]],
    ['a key over the modulus', [init, ecdhInit(overModulus)]],
    ['a point that gives no secret', [init, ecdhInit(noPoint)]],
    ['no key', [init, ecdhInit(Buffer.alloc(0))]],
    ['a torn packet', [init, Buffer.from([30, 0, 0, 9, 9])]],
    ['a torn KEXINIT', [init.subarray(0, 40)]],
    ['an empty KEXINIT', [Buffer.from([20])]],
    ['two KEXINITs', [init, init]],
    ['garbage in the lists', [Buffer.concat([Buffer.from([20]), randomBytes(400)])]],
  ])('ends the connection for %s, and the next client is served', async (_, payloads) => {
    const { port, connect: connectClient } = await openTestDoor();
    const client = rawClient(port, ...payloads);
    await until('the connection is ended', client.ended);
    expect(client.has(REPLY)).toBe(false);
    expect(client.has(DISCONNECT)).toBe(true);
    await connectClient();
  });

  it.each([
    ['kex', { kex: ['diffie-hellman-group1-sha1'], hostKey }],
    ['host_key', { kex: [HYBRID], hostKey: ['ssh-dss'] }],
    ['cipher', { kex: [HYBRID], hostKey, cipher: ['3des-cbc', 'x'.repeat(300)] }],
    ['mac', { kex: [HYBRID], hostKey, cipher: ['aes128-ctr'], mac: ['hmac-md5'] }],
  ])('tells the operator both offers, and counts what was missing: %s', async (why, offered) => {
    const lines: object[] = [];
    const { port, metrics } = await openTestDoor({ logged: (line) => void lines.push(line) });
    const client = rawClient(port, kexInit(offered));
    await until('the connection is ended', client.ended);
    expect(lines).toMatchObject([
      {
        msg: 'ssh key exchange failed',
        address: '127.0.0.1',
        client: 'SSH-2.0-test',
        theirs: { kex: offered.kex, hostKey: offered.hostKey },
        ours: { kex: expect.arrayContaining([HYBRID]) as string[] },
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('x'.repeat(65));
    expect(await metrics()).toContain(`arrivage_ssh_handshakes_failed_total{why="${why}"} 1`);
  });
});

describe('a sign-in that only comes at a bad moment', () => {
  const password = { password: 'secret' };

  it.each([
    ['database_unavailable', 7, 'Base de donnees indisponible'],
    ['too_many_connections', 12, 'Trop de connexions'],
    ['shutting_down', 7, 'redemarre'],
  ] as const)('ends the connection with the reason: %s', async (code, reason, text) => {
    const { connect: connectClient } = await openTestDoor({
      gate: { withPassword: () => Promise.reject(new ArrivageError(code)) },
    });
    const failure = await connectClient().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: reason, message: expect.stringContaining(text) as string });
  });

  it.skipIf(!installed('sftp'))('is no wrong password for OpenSSH', async () => {
    const away = () => Promise.reject(new ArrivageError('database_unavailable'));
    const { port } = await openTestDoor({ gate: { withPassword: away, knowsKey: away } });
    const client = await openWorkplace();
    onTestFinished(() => client.remove());
    await client.makeKey('key', 'ed25519');
    for (const as of [password, { key: 'key' }]) {
      const ran = await sftp(client, ['pwd'], { port, as });
      expect(ran).toMatchObject({ code: 255 });
      expect(ran.stderr).toContain('Base de donnees indisponible');
      expect(ran.stderr).not.toContain('Permission denied');
    }
  });
});
