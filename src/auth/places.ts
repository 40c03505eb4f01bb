import type { Config } from '../config.ts';
import { counter } from '../base/counter.ts';
import { ArrivageError } from '../errors.ts';
import { networkOf, penaltyGroup } from '../base/address.ts';
import { once } from '../base/once.ts';

/** A connection's place. Everything that it returns is idempotent. */
export interface Place {
  /** Not shed until what this returns is called: something is under way that the connection began. */
  hold(): () => void;
  /** Something is under way that the connection began. */
  readonly isHeld: boolean;
  /** Takes a place among those who signed in, whom no stranger crowds out. @throws too_many_connections */
  enter(): void;
  leave(): void;
}

type Limits = Pick<Config['limits'], 'connections' | 'connectionsPerAddress'>;

interface Options {
  now: () => number;
  random?: () => number;
}

interface Stranger {
  address: string;
  network: string;
  since: number;
  held: number;
  shed: () => void;
}

/** Early shedding spares who came this recently: a crowd of customers at midnight shall sign in, not be thinned out. */
const YOUNG_MS = 3000;
/** Share of the places from which on a network stands out: four colleagues are no crowd beside a thousand lone strangers. */
const CROWD = 0.05;

/**
 * Counts who is inside and who has not signed in yet, in places of their own, and gives each back exactly once.
 * Strangers are bounded per address, per network (an IPv4 /24, an IPv6 /56) and in all. Who comes where no place is
 * free takes that of a silent one, chosen at random from the same address or network, or from the network that has
 * most; where none stands out, of the one that has been there longest, since whoever signs in is soon done. From half of the places on, silent ones go early with a growing probability, as with OpenSSH's MaxStartups
 * (sshd_config(5)), which refuses the newcomer instead: whoever holds places would keep everybody out.
 */
export function openPlaces(limits: Limits, { now, random = Math.random }: Options) {
  const strangers = new Set<Stranger>();
  const perAddress = counter();
  const perNetwork = counter();
  const most = limits.connections;
  const mostPerNetwork = Math.max(limits.connectionsPerAddress, Math.ceil(most / 2));
  const least = Math.max(3, most * CROWD);
  let inside = 0;

  function shedOne(among: (one: Stranger) => boolean): boolean {
    const silent = [...strangers].filter((one) => one.held === 0 && among(one));
    const chosen = silent[Math.floor(random() * silent.length)];
    chosen?.shed();
    return chosen !== undefined;
  }

  /** Among those who may be shed, from the network that has most of them; where none stands out, the one there longest. */
  function shedFromCrowd(among: (one: Stranger) => boolean): boolean {
    const silent = counter();
    let crowd: string | undefined;
    let longest: Stranger | undefined;
    for (const one of strangers) {
      if (one.held > 0 || !among(one)) continue;
      longest ??= one;
      silent.take(one.network);
      if (crowd === undefined || silent.of(one.network) > silent.of(crowd)) crowd = one.network;
    }
    if (crowd !== undefined && silent.of(crowd) >= least) return shedOne((one) => one.network === crowd && among(one));
    longest?.shed();
    return longest !== undefined;
  }

  function makeRoom(address: string, network: string): boolean {
    if (perAddress.of(address) >= limits.connectionsPerAddress) return shedOne((one) => one.address === address);
    if (perNetwork.of(network) >= mostPerNetwork) return shedOne((one) => one.network === network);
    if (strangers.size >= most) return shedFromCrowd(() => true);
    const crowding = strangers.size / most - 0.5;
    if (random() < 2 * crowding) shedFromCrowd((one) => now() - one.since >= YOUNG_MS);
    return true;
  }

  return {
    /**
     * @param shed ends the connection: its place is already another's
     * @throws too_many_connections
     */
    take(from: string, shed: () => void): Place {
      const [address, network] = [penaltyGroup(from), networkOf(from)];
      if (!makeRoom(address, network)) throw new ArrivageError('too_many_connections');
      const leaveAddress = perAddress.take(address);
      const leaveNetwork = perNetwork.take(network);
      const goIn = once(() => {
        strangers.delete(stranger);
        leaveNetwork();
      });
      let entered = false;
      const leave = once(() => {
        goIn();
        leaveAddress();
        if (entered) inside -= 1;
      });
      const stranger: Stranger = {
        ...{ address, network, since: now(), held: 0 },
        shed() {
          leave();
          shed();
        },
      };
      strangers.add(stranger);
      return {
        hold() {
          stranger.held += 1;
          return once(() => (stranger.held -= 1));
        },
        get isHeld() {
          return stranger.held > 0;
        },
        enter() {
          if (entered || !strangers.has(stranger)) return;
          if (inside >= limits.connections) throw new ArrivageError('too_many_connections');
          goIn();
          entered = true;
          inside += 1;
        },
        leave,
      };
    },
  };
}
