import { ledgerCurrency } from '../../../model/columns.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';

/** Decimals as text, in the currency that they name. What is due on the day itself is not overdue. */
export interface OpenAmounts {
  currency: string;
  entries: number;
  /** What is open in all; credit notes and payments that settle nothing yet count against it. */
  open: string;
  /** Not due yet, or without a due date. */
  notDue: string;
  overdue: string;
  /** Parts of `overdue`, by days since the due date. */
  upTo30: string;
  days31to60: string;
  days61to90: string;
  over90: string;
}

export interface ClientAmounts extends OpenAmounts {
  company: string;
  clientCode: string;
  name: string | null;
}

export interface AmountFilters {
  company?: string;
  clientCode?: string;
}

/** Where the next page of clients begins. */
export type ClientPosition = Pick<ClientAmounts, 'company' | 'clientCode' | 'currency'>;

/**
 * Entries that are open now, aged as of a day. What is left of an entry is its balance, and all of it where the file has
 * none. An entry with an amount in foreign currency counts in that of the ledger, in which its amount stands.
 */
function openEntries(sql: Sql, tenant: TenantId, asOf: string, { company, clientCode }: AmountFilters) {
  return sql`
    select company, client_code, coalesce(balance, amount) as remaining, ${sql.typed(asOf, 1082)}::date - due_date as late,
      case when amount_currency is null then currency else ${ledgerCurrency}::text end as currency
    from ecritures
    where tenant_id = ${tenant} and status = 'open'
      ${company === undefined ? sql`` : sql`and company = ${company.normalize('NFC')}`}
      ${clientCode === undefined ? sql`` : sql`and client_code = ${clientCode.normalize('NFC')}`}`;
}

function amounts(sql: Sql) {
  const aged = (condition: string) =>
    sql.unsafe(`coalesce(sum(remaining) filter (where ${condition}), 0)::numeric(18, 2)::text`);
  return sql`count(*)::float8 as entries, sum(remaining)::numeric(18, 2)::text as open, ${aged('late is null or late <= 0')} as "notDue",
    ${aged('late > 0')} as overdue, ${aged('late between 1 and 30')} as "upTo30",
    ${aged('late between 31 and 60')} as "days31to60", ${aged('late between 61 and 90')} as "days61to90",
    ${aged('late > 90')} as "over90"`;
}

/** One line for each currency. @param asOf an ISO date */
export async function openTotals(
  sql: Sql,
  tenant: TenantId,
  asOf: string,
  filters: AmountFilters,
): Promise<OpenAmounts[]> {
  return sql<OpenAmounts[]>`
    select currency, ${amounts(sql)} from (${openEntries(sql, tenant, asOf, filters)}) e
    group by currency order by currency`;
}

/** The first clients with open entries behind a position, by company, code and currency; at most `limit` lines. */
export async function openByClient(
  sql: Sql,
  tenant: TenantId,
  asOf: string,
  filters: AmountFilters,
  { after, limit }: { after: ClientPosition | undefined; limit: number },
): Promise<ClientAmounts[]> {
  const behind = after
    ? sql`where (company, client_code, currency) > (${after.company}, ${after.clientCode}, ${after.currency})`
    : sql``;
  return sql<ClientAmounts[]>`
    select l.*, c.name from (
      select company, client_code as "clientCode", currency, ${amounts(sql)}
      from (${openEntries(sql, tenant, asOf, filters)}) e ${behind}
      group by company, client_code, currency order by company, client_code, currency limit ${limit}
    ) l left join clients c on c.tenant_id = ${tenant} and c.company = l.company and c.client_code = l."clientCode"
    order by l.company, l."clientCode", l.currency`;
}
