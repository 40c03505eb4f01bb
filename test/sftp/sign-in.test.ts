import ssh2, { type Client } from 'ssh2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import type { Session } from '../../src/auth/session.ts';
import { installed, until } from '../support/clients.ts';
import { openWorkplace, sftp } from '../support/openssh.ts';
import { goneOf, openTestDoor } from './door.ts';

/** A client that answers the server's questions by what a test does with them. */
function dialogue(
  port: number,
  answer: (finish: (answers: string[]) => void, client: Client, prompts: string[]) => void,
) {
  const client = new ssh2.Client();
  onTestFinished(() => void client.end());
  client.on('error', () => undefined);
  client.on('keyboard-interactive', (_name, _text, _language, prompts, finish) =>
    answer(
      finish,
      client,
      prompts.map(({ prompt }) => prompt),
    ),
  );
  const ready = new Promise<boolean>((resolve) => {
    client.on('ready', () => resolve(true));
    void goneOf(client).then(() => resolve(false));
  });
  const authHandler = ['keyboard-interactive'] as const;
  client.connect({ host: '127.0.0.1', port, username: 'acme', tryKeyboard: true, authHandler: [...authHandler] });
  return { client, ready };
}

/** Signs in with a password in the middle of another attempt, as a client is free to. */
const signInAnew = (client: Client, password: string): void =>
  (
    client as unknown as { _protocol: { authPassword(username: string, password: string): void } }
  )._protocol.authPassword('acme', password);

describe('a password asked for in a dialogue', () => {
  it('opens a session, by one question that nobody sees the answer of', async () => {
    const { port, sessionsOpen } = await openTestDoor();
    const seen: string[][] = [];
    const { ready } = dialogue(port, (finish, _, prompts) => {
      seen.push(prompts);
      finish(['secret']);
    });
    expect(await ready).toBe(true);
    expect(seen).toEqual([['Password: ']]);
    expect(sessionsOpen()).toBe(1);
  });

  it.each([[['wrong']], [[]], [['secret', 'more']]])('opens none for the answers %j', async (answers) => {
    const { port, sessionsOpen } = await openTestDoor();
    const { ready } = dialogue(port, (finish) => finish(answers));
    expect(await ready).toBe(false);
    expect(sessionsOpen()).toBe(0);
  });

  it('is forgotten when the client signs in otherwise instead of an answer', async () => {
    const { port, sessionsOpen } = await openTestDoor();
    const { ready } = dialogue(port, (_, client) => signInAnew(client, 'secret'));
    expect(await ready).toBe(true);
    expect(sessionsOpen()).toBe(1);
  });

  it('opens no second session where the client goes on while it is judged', async () => {
    const judged: (() => void)[] = [];
    const closed: string[] = [];
    const session = { id: 'dialogue', close: () => closed.push('dialogue') } as unknown as Session;
    let asked = 0;
    const { port, sessionsOpen } = await openTestDoor({
      gate: {
        withPassword: () => {
          asked += 1;
          if (asked > 1) return Promise.reject(new ArrivageError('login_refused'));
          return new Promise((resolve) => judged.push(() => resolve(session)));
        },
      },
    });
    const { ready } = dialogue(port, (finish, client) => {
      finish(['secret']);
      signInAnew(client, 'wrong');
    });
    await until('the first is being judged', () => judged.length === 1);
    judged[0]?.();
    await until('its session is closed', () => closed.length === 1);
    expect(await ready).toBe(false);
    expect(sessionsOpen()).toBe(0);
  });

  it.skipIf(!installed('sftp'))('works for OpenSSH, whose other methods are off', async () => {
    const { port } = await openTestDoor();
    const client = await openWorkplace();
    onTestFinished(() => client.remove());
    const options = ['PreferredAuthentications=keyboard-interactive'];
    expect(await sftp(client, ['pwd'], { port, as: { password: 'secret' }, options })).toMatchObject({ code: 0 });
    expect(await sftp(client, ['pwd'], { port, as: { password: 'wrong' }, options })).toMatchObject({ code: 255 });
  });

  it.skipIf(!installed('sftp'))('counts once with the same password by another method', async () => {
    let tries = 0;
    const { port } = await openTestDoor({
      gate: {
        withPassword: () => {
          tries += 1;
          return Promise.reject(new ArrivageError('login_refused'));
        },
      },
    });
    const client = await openWorkplace();
    onTestFinished(() => client.remove());
    const ran = await sftp(client, ['pwd'], { port, as: { password: 'wrong' }, verbose: true });
    expect(ran.stderr).toMatch(
      /Next authentication method: keyboard-interactive[^]*Next authentication method: password/,
    );
    expect(tries).toBe(1);
  });
});
