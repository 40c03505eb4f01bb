import { and, asc, eq, sql } from 'drizzle-orm';
import type { Membership, Person, Role } from '../../../model/person.ts';
import type { Language, TenantId } from '../../../model/tenant.ts';
import type { Db, Tx } from '../../client.ts';
import { memberships, people } from '../../schema/people.ts';

/** Somebody as they are listed: whether they have a password yet, and when they signed in last. */
export interface ListedPerson extends Person {
  hasPassword: boolean;
  createdAt: Date;
  createdBy: string;
  lastSignInAt: Date | null;
}

const listed = {
  id: people.id,
  email: people.email,
  language: people.language,
  isOperator: people.isOperator,
  hasPassword: sql<boolean>`${people.passwordHash} is not null`,
  createdAt: people.createdAt,
  createdBy: people.createdBy,
  lastSignInAt: people.lastSignInAt,
};

const isOf = (email: string) => eq(sql`lower(${people.email})`, email.toLowerCase());

/** @returns undefined where somebody has that address already */
export async function addPerson(
  tx: Tx,
  person: { email: string; language: Language; isOperator: boolean; passwordHash: string | null; createdBy: string },
): Promise<ListedPerson | undefined> {
  const [row] = await tx.insert(people).values(person).onConflictDoNothing().returning(listed);
  return row;
}

export async function findPerson(db: Db | Tx, id: string): Promise<ListedPerson | undefined> {
  const [row] = await db.select(listed).from(people).where(eq(people.id, id));
  return row;
}

export async function personOf(db: Db | Tx, email: string): Promise<ListedPerson | undefined> {
  const [row] = await db.select(listed).from(people).where(isOf(email));
  return row;
}

/** Whom a sign-in may be, and what their password is compared with. */
export async function credentialOf(
  db: Db,
  email: string,
): Promise<{ id: string; passwordHash: string | null } | undefined> {
  const [row] = await db.select({ id: people.id, passwordHash: people.passwordHash }).from(people).where(isOf(email));
  return row;
}

export async function setPassword(tx: Tx, id: string, passwordHash: string): Promise<void> {
  await tx.update(people).set({ passwordHash }).where(eq(people.id, id));
}

export async function setPersonLanguage(db: Db, id: string, language: Language): Promise<void> {
  await db.update(people).set({ language }).where(eq(people.id, id));
}

export async function hasOperator(db: Db | Tx): Promise<boolean> {
  const [row] = await db.select({ id: people.id }).from(people).where(eq(people.isOperator, true)).limit(1);
  return row !== undefined;
}

export async function listOperators(db: Db | Tx): Promise<ListedPerson[]> {
  return db.select(listed).from(people).where(eq(people.isOperator, true)).orderBy(asc(people.email));
}

/** Takes somebody's right to reach every tenant, and them too where nothing else is left to them. */
export async function removePerson(tx: Tx, id: string): Promise<boolean> {
  const removed = await tx.delete(people).where(eq(people.id, id)).returning({ id: people.id });
  return removed.length > 0;
}

/** The people of a tenant, with what each may do. */
export async function peopleOf(db: Db | Tx, tenant: TenantId): Promise<(ListedPerson & { role: Role })[]> {
  return db
    .select({ ...listed, role: memberships.role })
    .from(memberships)
    .innerJoin(people, eq(people.id, memberships.personId))
    .where(eq(memberships.tenantId, tenant))
    .orderBy(asc(people.email));
}

/** What somebody may do where, in the order of the tenants. */
export async function membershipsOf(db: Db | Tx, person: string): Promise<Membership[]> {
  return db
    .select({ tenant: memberships.tenantId, role: memberships.role })
    .from(memberships)
    .where(eq(memberships.personId, person))
    .orderBy(asc(memberships.tenantId));
}

/** @returns the role before, if they had one */
export async function setMembership(
  tx: Tx,
  { tenant, person, role, by }: { tenant: TenantId; person: string; role: Role; by: string },
): Promise<Role | undefined> {
  const [before] = await tx
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.tenantId, tenant), eq(memberships.personId, person)));
  await tx
    .insert(memberships)
    .values({ tenantId: tenant, personId: person, role, createdBy: by })
    .onConflictDoUpdate({ target: [memberships.tenantId, memberships.personId], set: { role } });
  return before?.role;
}

/** @returns the role that they had, if they had one */
export async function endMembership(tx: Tx, tenant: TenantId, person: string): Promise<Role | undefined> {
  const [ended] = await tx
    .delete(memberships)
    .where(and(eq(memberships.tenantId, tenant), eq(memberships.personId, person)))
    .returning({ role: memberships.role });
  return ended?.role;
}
