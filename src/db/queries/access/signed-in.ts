import { and, desc, eq, lt, ne, sql } from 'drizzle-orm';
import type { LinkPurpose, Person } from '../../../model/person.ts';
import type { Db, Tx } from '../../client.ts';
import { links, people, signedIn } from '../../schema/people.ts';

/** A browser nobody used for that long is signed out; and any, this long after the sign-in. Hours. */
const IDLE_HOURS = 12;
const LONGEST_HOURS = 7 * 24;
/** The last use is noted no more often than this. Seconds. */
const NOTE_SECONDS = 60;
/** Browsers of one person; the one that was used longest ago is signed out for one more. */
const MOST = 20;

const lasts = sql`${signedIn.usedAt} > now() - make_interval(hours => ${IDLE_HOURS})
  and ${signedIn.createdAt} > now() - make_interval(hours => ${LONGEST_HOURS})`;

export interface SignedIn {
  id: string;
  createdAt: Date;
  usedAt: Date;
  address: string;
  browser: string;
}

/** @returns the address of whom it is */
export async function addSignedIn(
  tx: Tx,
  { person, hash, address, browser }: { person: string; hash: Uint8Array; address: string; browser: string },
): Promise<string> {
  await tx.insert(signedIn).values({ hash, personId: person, address, browser });
  await tx.execute(sql`delete from signed_in where hash in (
    select hash from signed_in where person_id = ${person} order by used_at desc offset ${MOST})`);
  const [row] = await tx
    .update(people)
    .set({ lastSignInAt: sql`now()` })
    .where(eq(people.id, person))
    .returning({ email: people.email });
  return row?.email ?? '';
}

/** Who is signed in with that token, and notes that it was used. */
export async function whoIs(db: Db, hash: Uint8Array): Promise<(Person & { signedInId: string }) | undefined> {
  const [row] = await db
    .select({
      ...{ id: people.id, email: people.email, language: people.language, isOperator: people.isOperator },
      signedInId: signedIn.id,
      isStale: sql<boolean>`${signedIn.usedAt} < now() - make_interval(secs => ${NOTE_SECONDS})`,
    })
    .from(signedIn)
    .innerJoin(people, eq(people.id, signedIn.personId))
    .where(and(eq(signedIn.hash, hash), lasts));
  if (!row) return undefined;
  const { isStale, ...who } = row;
  if (isStale)
    await db
      .update(signedIn)
      .set({ usedAt: sql`now()` })
      .where(eq(signedIn.hash, hash));
  return who;
}

export async function browsersOf(db: Db, person: string): Promise<SignedIn[]> {
  const { id, createdAt, usedAt, address, browser } = signedIn;
  return db
    .select({ id, createdAt, usedAt, address, browser })
    .from(signedIn)
    .where(and(eq(signedIn.personId, person), lasts))
    .orderBy(desc(signedIn.usedAt));
}

/** @param id one of them; else all, but for the one to be kept */
export async function signOut(
  tx: Db | Tx,
  person: string,
  which: { id: string } | { butId?: string } = {},
): Promise<number> {
  const some =
    'id' in which ? eq(signedIn.id, which.id) : which.butId === undefined ? undefined : ne(signedIn.id, which.butId);
  const ended = await tx
    .delete(signedIn)
    .where(and(eq(signedIn.personId, person), some))
    .returning({ id: signedIn.id });
  return ended.length;
}

/** A link that takes the place of those before it of the same purpose and person. */
export async function addLink(
  tx: Tx,
  link: { hash: Uint8Array; purpose: LinkPurpose; person: string | null; by: string; hours: number },
): Promise<Date> {
  const { hash, purpose, person, by, hours } = link;
  await tx
    .delete(links)
    .where(
      and(eq(links.purpose, purpose), person === null ? sql`${links.personId} is null` : eq(links.personId, person)),
    );
  const [row] = await tx
    .insert(links)
    .values({
      hash,
      purpose,
      personId: person,
      createdBy: by,
      expiresAt: sql`now() + make_interval(hours => ${hours})`,
    })
    .returning({ expiresAt: links.expiresAt });
  if (!row) throw new Error('insert returned no row');
  return row.expiresAt;
}

const inForce = (hash: Uint8Array) => and(eq(links.hash, hash), sql`${links.expiresAt} > now()`);

/** What a link is for, while it works. */
export async function findLink(
  db: Db,
  hash: Uint8Array,
): Promise<{ purpose: LinkPurpose; email: string | null } | undefined> {
  const [row] = await db
    .select({ purpose: links.purpose, email: people.email })
    .from(links)
    .leftJoin(people, eq(people.id, links.personId))
    .where(inForce(hash));
  return row;
}

/** Uses a link up: of two at a time one gets it. */
export async function takeLink(
  tx: Tx,
  hash: Uint8Array,
): Promise<{ purpose: LinkPurpose; personId: string | null } | undefined> {
  const [row] = await tx
    .delete(links)
    .where(inForce(hash))
    .returning({ purpose: links.purpose, personId: links.personId });
  return row;
}

/** Forgets what has ended. */
export async function sweepSignedIn(db: Db): Promise<void> {
  await db.delete(links).where(lt(links.expiresAt, sql`now()`));
  await db.delete(signedIn).where(sql`not (${lasts})`);
}
