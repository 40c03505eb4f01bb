import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { settle, tenantId } from '../../bench/door.ts';
import { median } from '../../bench/median.ts';
import { hasSshd, hasVsftpd, type Peer, startSshd, startVsftpd } from '../../bench/peers.ts';
import { makeOwn } from '../../src/identity/certificate.ts';
import { bytesOf, type Extent, failures, familyMb, inLanes, type Outcome, peakMb, type Scenario } from './scenario.ts';
import { type Account, type Protocol, type Session, signIn } from './sessions.ts';
import { doorsAlone, makeSender, privateKey, type Settings } from './site.ts';

const MiB = 2 ** 20;
const SESSIONS = 500;
/** Sign-ins at a time: vsftpd lets 32 wait for it (listen(2)), and who comes beyond waits for seconds at any speed. */
const SIGN_INS = 30;

const beside: Record<Protocol, { peer: string; isThere: boolean }> = {
  sftp: { peer: 'OpenSSH', isThere: hasSshd },
  ftps: { peer: 'vsftpd', isThere: hasVsftpd },
};

/** So many sessions, all signed in, upload 1 MiB each at once: to a peer's server and ours in turn, by the same client. */
const besidePeer = (protocol: Protocol): Scenario => ({
  name: `${protocol} sessions at once`,
  settings: ({ of }) => limitsFor(of(SESSIONS, 8)),
  run: async (place, extent) => {
    const { folder, pid } = place;
    const ours = { account: (await makeSender(place, tenantId))[protocol], mb: () => peakMb(pid) };
    const { peer, isThere } = beside[protocol];
    if (!isThere) throw new Error(`${peer} is not there to be compared with`);
    const daemon = await startPeer[protocol](folder, extent.of(SESSIONS, 8));
    const theirs = {
      account: peerAccount[protocol](folder, daemon),
      mb: () => familyMb(daemon.process.pid ?? 0),
    };
    try {
      return await race(protocol, extent, { ours, theirs }, () => settle(folder));
    } finally {
      daemon.process.kill();
    }
  },
});

const limitsFor = (sessions: number): Settings => ({
  ...doorsAlone,
  passivePorts: sessions + 50,
  ARRIVAGE_MAX_CONNECTIONS: String(sessions * 2),
  ARRIVAGE_MAX_CONNECTIONS_PER_ADDRESS: String(sessions * 2),
  ARRIVAGE_MAX_SESSIONS_PER_TENANT: String(sessions * 2),
  ARRIVAGE_LOGIN_SECONDS: '300',
});

const startPeer: Record<Protocol, (folder: string, sessions: number) => Promise<Peer>> = {
  sftp: (folder, sessions) =>
    startSshd(folder, [`MaxStartups ${sessions * 2}`, 'LoginGraceTime 300', 'PerSourceMaxStartups none']),
  ftps: (folder) => {
    writeFileSync(join(folder, 'tls.pem'), makeOwn(['localhost', '127.0.0.1'], new Date()));
    return startVsftpd(folder);
  },
};

const peerAccount: Record<Protocol, (folder: string, peer: Peer) => Account> = {
  sftp: (folder, { port }) => {
    const directory = join(folder, 'peer', 'in');
    return { port, username: userInfo().username, privateKey: privateKey(folder), directory };
  },
  ftps: (_, { port }) => ({ port, username: 'anonymous', password: 'x', directory: '/in' }),
};

interface Arm {
  account: Account;
  /** Memory while all sessions are there. */
  mb: () => number;
}

async function race(
  protocol: Protocol,
  { of, rounds, dice, say }: Extent,
  arms: Record<'ours' | 'theirs', Arm>,
  before: () => void,
): Promise<Outcome> {
  const sessions = of(SESSIONS, 8);
  const bytes = bytesOf(MiB, dice);
  const { peer } = beside[protocol];
  const wrong: string[] = [];
  const took = { ours: [] as Took[], theirs: [] as Took[] };
  for (let round = 0; round < rounds; round++)
    for (const side of ['theirs', 'ours'] as const) {
      before();
      const one = await rush(protocol, arms[side], sessions, bytes);
      took[side].push(one);
      if (side === 'ours') wrong.push(...one.wrong);
      say(
        `${protocol}, ${side}: ${one.signIn.toFixed(2)} + ${one.upload.toFixed(2)} s, ${one.mb.toFixed(0)} MB ${one.wrong.join(', ')}`,
      );
    }
  const middle = (side: 'ours' | 'theirs', part: 'signIn' | 'upload') => median(took[side].map((one) => one[part]));
  const compared = (part: 'signIn' | 'upload') => {
    const [mine, other] = [middle('ours', part), middle('theirs', part)];
    return `${mine.toFixed(2)} s, ${peer} ${other.toFixed(2)} s: ${(other / mine).toFixed(2)} ×`;
  };
  const most = (side: 'ours' | 'theirs') => Math.round(Math.max(...took[side].map(({ mb }) => mb)));
  const failed = (side: 'ours' | 'theirs') => took[side].reduce((sum, one) => sum + one.failed, 0);
  return {
    figures: [
      [`${sessions} ${protocol} sessions of 1 MiB, failures`, `${failed('ours')}, ${peer} ${failed('theirs')}`],
      ['… until all are in', compared('signIn')],
      ['… the uploads', compared('upload')],
      ['… memory', `${most('ours')} MB at the peak; ${peer} ${most('theirs')} MB, all its processes`],
    ],
    wrong,
  };
}

interface Took {
  /** Seconds until all were in, and from then until all was acknowledged. */
  signIn: number;
  upload: number;
  mb: number;
  failed: number;
  wrong: string[];
}

/** Nobody uploads before all are in. */
async function rush(protocol: Protocol, { account, mb }: Arm, sessions: number, bytes: Buffer): Promise<Took> {
  const began = performance.now();
  const signed = await inLanes(sessions, SIGN_INS, () => signIn[protocol](account));
  const inside = signed.flatMap((one): Session[] => (one.status === 'fulfilled' ? [one.value] : []));
  const signedIn = performance.now();
  const sent = await Promise.allSettled(inside.map((session, i) => session.put(`f${i}.bin`, bytes)));
  const sentAll = performance.now();
  const took = { signIn: (signedIn - began) / 1000, upload: (sentAll - signedIn) / 1000, mb: mb() };
  for (const session of inside) session.close();
  const failed = sessions - sent.filter(({ status }) => status === 'fulfilled').length;
  return { ...took, failed, wrong: [...failures('sign-in', signed), ...failures('upload', sent)] };
}

export const sftpBeside = besidePeer('sftp');
export const ftpsBeside = besidePeer('ftps');
