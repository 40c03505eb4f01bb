import { isIPv4, isIPv6 } from 'node:net';
import { ArrivageError, because, verbatim } from '../../errors.ts';
import { lookUpName } from '../../outbound/name-lookup.ts';
import type { Control } from '../control.ts';
import { activeDataPort, passiveDataPort } from '../data-port.ts';
import { type HostPort, epsvText, isLoopback, parseEprt, parsePort, pasvText } from '../grammar/address.ts';
import type { SignedInCommands } from './command.ts';

/** How long a port waits for its data connection. */
const PASSIVE_MS = 30_000;
const ACTIVE_MS = 10_000;
const LOOKUP_MS = 5_000;

export const dataPorts: SignedInCommands = {
  async PASV(control) {
    refuseAfterEpsvAll(control, 'PASV');
    const host = await addressFor(control);
    if (!host) throw new ArrivageError('no_data_connection', { why: verbatim('EPSV') });
    const port = await openPassive(control);
    await control.reply(227, pasvText({ host, port }));
  },

  async EPSV(control, argument) {
    const wanted = argument.trim().toUpperCase();
    if (wanted === 'ALL') {
      control.data.epsvOnly = true;
      return control.reply(200, 'EPSV only from now on.');
    }
    const family = isIPv6(control.wire.local) ? '2' : '1';
    if (wanted !== '' && wanted !== family)
      return control.reply(522, `Network protocol not supported, use (${family})`);
    return control.reply(229, epsvText(await openPassive(control)));
  },

  PORT: (control, argument) => openActive(control, 'PORT', parsePort(argument)),
  EPRT: (control, argument) => openActive(control, 'EPRT', parseEprt(argument)),
};

function refuseAfterEpsvAll({ data }: Control, verb: string): void {
  if (data.epsvOnly) throw new ArrivageError('bad_sequence', { why: verbatim(`${verb}, EPSV ALL`) });
}

/** A session holds one port at the most. */
async function openPassive(control: Control): Promise<number> {
  const { data, door, wire } = control;
  data.closePort();
  const opened = await door.passive.open(wire.localAddress, wire.peer, PASSIVE_MS);
  if (!opened) throw new ArrivageError('no_data_connection', { why: because('no_passive_port') });
  if (control.isOver) opened.close();
  data.prepare(passiveDataPort(opened));
  return opened.port;
}

/** The IPv4 address that the client can reach us by; `undefined` where there is none. */
async function addressFor({ wire, door }: Control): Promise<string | undefined> {
  const { peer, local } = wire;
  const { publicHost } = door.passive;
  if (publicHost === undefined || isLoopback(peer)) return isIPv4(local) ? local : undefined;
  if (isIPv4(publicHost)) return publicHost;
  return lookUpName(publicHost, AbortSignal.timeout(LOOKUP_MS)).then(
    (found) => found.find(({ family }) => family === 4)?.address,
    () => undefined,
  );
}

/** Never to another address than the client's own, nor to a system port: no bouncing (RFC 2577). */
async function openActive(control: Control, verb: string, to: HostPort | undefined): Promise<boolean> {
  refuseAfterEpsvAll(control, verb);
  const { data, door, wire } = control;
  if (!door.active) throw new ArrivageError('unsupported', { what: verbatim(`${verb} (EPSV, PASV)`) });
  if (!to) throw new ArrivageError('bad_request', { why: verbatim(verb) });
  if (to.host !== wire.peer || to.port < 1024)
    throw new ArrivageError('bad_request', { why: verbatim(`${verb} ${to.host}`) });
  data.prepare(activeDataPort(to, wire.local, ACTIVE_MS));
  return control.reply(200, 'OK.');
}
