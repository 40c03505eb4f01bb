import type { TenantId } from '../../../model/tenant.ts';
import type { Database } from '../../client.ts';

/** One of the sessions that a tenant may have. */
export interface SessionPlace {
  tenant: TenantId;
  place: number;
}

/** How long a place stays its process's without a word from it. */
const LEASE_SECONDS = 15;
const lease = ({ sql }: Database) => sql`now() + ${LEASE_SECONDS} * interval '1 second'`;

/**
 * Takes a free place, or one whose process is silent.
 * @returns `undefined` where another process was faster: look again; `full` where all are taken
 */
export async function takePlace(
  database: Database,
  keeper: string,
  tenant: TenantId,
  most: number,
): Promise<number | 'full' | undefined> {
  const [found] = await database.sql<{ place: number | null; free: boolean }[]>`
    with free as (
      select place from generate_series(1, ${most}::int) as place
      where not exists (
        select from session_places t where t.tenant_id = ${tenant} and t.place = place.place and t.until > now())
      order by random() limit 1
    ), taken as (
      insert into session_places as p (tenant_id, place, keeper, until)
      select ${tenant}, place, ${keeper}::uuid, ${lease(database)} from free
      on conflict (tenant_id, place) do update set keeper = excluded.keeper, until = excluded.until
        where p.until <= now()
      returning place
    )
    select (select place from taken) as place, exists (select from free) as free`;
  return found?.place ?? (found?.free === true ? undefined : 'full');
}

export async function leavePlace({ sql }: Database, keeper: string, { tenant, place }: SessionPlace): Promise<void> {
  await sql`delete from session_places where tenant_id = ${tenant} and place = ${place} and keeper = ${keeper}`;
}

/** Says that the process lives. @returns the places that are its own */
export async function renewPlaces(database: Database, keeper: string): Promise<SessionPlace[]> {
  return database.sql<SessionPlace[]>`
    update session_places set until = ${lease(database)} where keeper = ${keeper}
    returning tenant_id as tenant, place`;
}

/** Takes places again that a crash of the database has emptied; not those that are another's by now. */
export async function restorePlaces(
  database: Database,
  keeper: string,
  places: readonly SessionPlace[],
): Promise<void> {
  const { sql } = database;
  await sql`
    insert into session_places as p (tenant_id, place, keeper, until)
    select tenant, place, ${keeper}::uuid, ${lease(database)}
    from unnest(${places.map(({ tenant }) => tenant)}::text[], ${places.map(({ place }) => place)}::int[])
      as mine (tenant, place)
    on conflict (tenant_id, place) do update set keeper = excluded.keeper, until = excluded.until
      where p.until <= now()`;
}

export async function leaveAllPlaces({ sql }: Database, keeper: string): Promise<void> {
  await sql`delete from session_places where keeper = ${keeper}`;
}

/** Removes what killed processes left. */
export async function sweepPlaces({ sql }: Database): Promise<void> {
  await sql`delete from session_places where until < now()`;
}
