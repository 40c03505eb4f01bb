import { sql } from 'drizzle-orm';
import { hashPassword } from '../auth/password.ts';
import { makeToken, hashToken } from '../auth/token.ts';
import type { Db, Tx } from '../db/client.ts';
import {
  addPerson,
  endMembership,
  findPerson,
  hasOperator,
  listOperators,
  membershipsOf,
  peopleOf,
  personOf,
  removePerson,
  setMembership,
  setPassword,
  type ListedPerson,
} from '../db/queries/access/people.ts';
import { addLink, signOut, takeLink } from '../db/queries/access/signed-in.ts';
import { inTurn } from '../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../errors.ts';
import type { Role } from '../model/person.ts';
import type { Language, TenantId } from '../model/tenant.ts';
import { audited, type Admin } from './admin.ts';

/** How long a link works, in hours. */
const LINK_HOURS = 24;
const INVITATION_HOURS = 7 * 24;
/** NIST SP 800-63B, section 5.1.1.2. */
export const shortestPassword = 8;
export const longestPassword = 200;
/** Two who make the first operator take turns: "oper" in ASCII. */
const OPERATOR_LOCK = 0x6f706572;

/** Somebody as every front shows them. */
export const personView = <P extends ListedPerson>({ createdAt, lastSignInAt, ...person }: P) => ({
  ...person,
  createdAt: createdAt.toISOString(),
  lastSignInAt: lastSignInAt?.toISOString() ?? null,
});

/** Somebody, with what they may do for a tenant. */
export type Member = ListedPerson & { role: Role };

/** A link that is shown once: the path on which it works, and until when. */
export interface ShownLink {
  path: string;
  expiresAt: string;
}

async function makeLink(admin: Pick<Admin, 'actor'>, tx: Tx, person: string | null, hours: number): Promise<ShownLink> {
  const { token, hash } = makeToken();
  const purpose = person === null ? 'first_operator' : 'password';
  const expiresAt = await addLink(tx, { hash, purpose, person, by: admin.actor, hours });
  return { path: `/link/${token}`, expiresAt: expiresAt.toISOString() };
}

/** @throws password_unfit */
function refuseShort(password: string): void {
  if (password.length < shortestPassword || password.length > longestPassword)
    throw new ArrivageError('password_unfit', { least: shortestPassword, most: longestPassword });
}

/** The link by which the first operator makes their account; undefined where there is one already. */
export async function firstOperatorLink({ db }: { db: Db }): Promise<ShownLink | undefined> {
  return db.transaction(async (tx) =>
    (await hasOperator(tx)) ? undefined : makeLink({ actor: 'start' }, tx, null, LINK_HOURS),
  );
}

/**
 * Makes an operator of somebody whom nobody knows yet. Without a password there is a link by which they choose it.
 * @throws password_unfit, person_exists
 */
export async function createOperator(
  admin: Admin,
  { email, language, password }: { email: string; language: Language; password?: string },
): Promise<{ person: ListedPerson; link: ShownLink | undefined }> {
  if (password !== undefined) refuseShort(password);
  const passwordHash = password === undefined ? null : await hashPassword(password);
  return admin.database.db.transaction(async (tx) => {
    const person = await operatorOf(admin, tx, { email, language, passwordHash });
    const link = person.hasPassword ? undefined : await makeLink(admin, tx, person.id, LINK_HOURS);
    return { person, link };
  });
}

/** @throws person_exists where somebody has that address already: they would get all rights by a password of theirs */
async function operatorOf(
  admin: Pick<Admin, 'actor'>,
  tx: Tx,
  { email, language, passwordHash }: { email: string; language: Language; passwordHash: string | null },
): Promise<ListedPerson> {
  const person = await addPerson(tx, { email, language, isOperator: true, passwordHash, createdBy: admin.actor });
  if (!person) throw new ArrivageError('person_exists', { email });
  await audited(admin, tx, '', 'operator.create', { person: person.id, email });
  return person;
}

export interface MemberRequest {
  email: string;
  role: Role;
  language: Language;
  /** Whether the operator asks, who reaches every tenant anyhow. */
  asOperator?: boolean;
}

/**
 * Lets somebody in for a tenant, or changes what they may do there. Who has no password yet gets a link to choose one.
 * Who has a way in elsewhere is let in by the operator only: their password may be somebody's whom they let in there.
 * @throws person_elsewhere, last_manager
 */
export async function setMember(
  admin: Admin,
  tenant: TenantId,
  { email, role, language, asOperator = false }: MemberRequest,
): Promise<{ member: Member; link: ShownLink | undefined }> {
  return inTurn(admin.database.db, tenant, async (tx) => {
    const made =
      (await personOf(tx, email)) ??
      (await addPerson(tx, { email, language, isOperator: false, passwordHash: null, createdBy: admin.actor }));
    if (!made) throw new ArrivageError('person_exists', { email });
    const isElsewhere = made.isOperator || (await membershipsOf(tx, made.id)).some((each) => each.tenant !== tenant);
    const before = await setMembership(tx, { tenant, person: made.id, role, by: admin.actor });
    if (before === undefined && isElsewhere && !asOperator) throw new ArrivageError('person_elsewhere', { email });
    if (before === 'manage' && !asOperator) await requireManager(tx, tenant);
    // What was open with other rights is opened anew.
    if (before !== undefined && before !== role) await signOut(tx, made.id);
    await audited(admin, tx, tenant, 'person.set', {
      ...{ person: made.id, email: made.email, role, before: before ?? null },
    });
    // Whoever has the link is that person: it is given only to whom it opens nothing more.
    const givesLink = !made.hasPassword && (asOperator || !isElsewhere);
    const link = givesLink ? await makeLink(admin, tx, made.id, INVITATION_HOURS) : undefined;
    return { member: { ...made, role }, link };
  });
}

/** A tenant's own people go on without the operator. @throws last_manager */
async function requireManager(tx: Tx, tenant: TenantId): Promise<void> {
  if ((await peopleOf(tx, tenant)).some(({ role }) => role === 'manage')) return;
  throw new ArrivageError('last_manager');
}

/**
 * Lets somebody no longer in for a tenant, at once. Who is let in nowhere is forgotten.
 * @throws no_such_resource, last_manager
 */
export async function removeMember(
  admin: Admin,
  tenant: TenantId,
  person: string,
  { asOperator = false } = {},
): Promise<void> {
  await inTurn(admin.database.db, tenant, async (tx) => {
    const found = await findPerson(tx, person);
    const ended = found && (await endMembership(tx, tenant, person));
    if (!ended) throw new ArrivageError('no_such_resource');
    if (ended === 'manage' && !asOperator) await requireManager(tx, tenant);
    await signOut(tx, person);
    if (!found.isOperator && (await membershipsOf(tx, person)).length === 0) await removePerson(tx, person);
    await audited(admin, tx, tenant, 'person.remove', { person, email: found.email });
  });
}

/** A link by which somebody chooses a new password. What they had open stays until they do. @throws no_such_resource */
export async function resetPassword(admin: Admin, person: string): Promise<ShownLink> {
  return admin.database.db.transaction(async (tx) => {
    const found = await findPerson(tx, person);
    if (!found) throw new ArrivageError('no_such_resource');
    await audited(admin, tx, '', 'person.reset_password', { person, email: found.email });
    return makeLink(admin, tx, person, LINK_HOURS);
  });
}

/** @throws no_such_resource, last_operator */
export async function removeOperator(admin: Admin, person: string): Promise<void> {
  await admin.database.db.transaction(async (tx) => {
    await takeOperatorTurn(tx);
    const found = await findPerson(tx, person);
    if (!found?.isOperator) throw new ArrivageError('no_such_resource');
    if ((await listOperators(tx)).length === 1) throw new ArrivageError('last_operator');
    await removePerson(tx, person);
    await audited(admin, tx, '', 'operator.remove', { person, email: found.email });
  });
}

/**
 * Uses a link up, and sets the password of whom it is for. Everything that they had open is closed.
 * @returns whom to sign in @throws link_ended, password_unfit, person_exists
 */
export async function useLink(
  { db }: { db: Db },
  token: string,
  { email, password, language }: { email: string; password: string; language: Language },
): Promise<string> {
  refuseShort(password);
  const passwordHash = await hashPassword(password);
  return db.transaction(async (tx) => {
    await takeOperatorTurn(tx);
    const link = await takeLink(tx, hashToken(token));
    if (!link) throw new ArrivageError('link_ended');
    if (link.personId === null) {
      if (await hasOperator(tx)) throw new ArrivageError('link_ended');
      return (await operatorOf({ actor: `person:${email}` }, tx, { email, language, passwordHash })).id;
    }
    await setPassword(tx, link.personId, passwordHash);
    await signOut(tx, link.personId);
    const person = await findPerson(tx, link.personId);
    await audited({ actor: `person:${person?.email ?? ''}` }, tx, '', 'person.password', { person: link.personId });
    return link.personId;
  });
}

const takeOperatorTurn = (tx: Tx) => tx.execute(sql`select pg_advisory_xact_lock(${OPERATOR_LOCK})`);
