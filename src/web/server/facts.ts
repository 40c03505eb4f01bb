import type { PersonShape } from '../../api/routes/people.ts';
import type { ServerShape } from '../../api/routes/server.ts';
import type { Ban, BanSide } from '../../model/ban.ts';
import type { Entry } from '../activity/table.tsx';
import { ask } from '../ask.ts';
import type { WebContext } from '../context.ts';
import type { Reader } from '../frame/parts.tsx';
import { readerOf } from '../reader.ts';

/** What the audit calls sign-ins and refusals. */
const SHOWN = 20;

type ListedBan = Ban & { side: BanSide; since: string; until: string };

export interface ServerFacts {
  server: ServerShape;
  bans: readonly ListedBan[];
  operators: readonly PersonShape[];
  signIns: readonly Entry[];
  refusals: readonly Entry[];
  reader: Reader;
}
interface List<T> {
  items: T[];
}

export async function serverFacts(c: WebContext): Promise<ServerFacts> {
  const entries = (action: string) => ask<List<Entry>>(c, `/audit?action=${action}&limit=${SHOWN}`);
  const [server, bans, operators, signIns, refusals] = await Promise.all([
    ask<ServerShape>(c, '/server'),
    ask<List<ListedBan>>(c, '/bans'),
    ask<List<PersonShape>>(c, '/operators'),
    entries('sign_in'),
    entries('sign_in.refused'),
  ]);
  return {
    ...{ server, bans: bans.items, operators: operators.items, signIns: signIns.items, refusals: refusals.items },
    reader: readerOf(c),
  };
}
