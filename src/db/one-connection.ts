import postgres from 'postgres';

const CONNECT_SECONDS = 5;

interface Options {
  /** By which Postgres lists it. */
  name?: string;
  /** Milliseconds that one statement may take on the server; none: any. A pooler refuses a connection with such a limit. */
  statementMs?: number;
  /** Called whenever it is lost or ended. */
  onclose?: () => void;
}

/**
 * A connection of its own, for what belongs to one connection for its life: locks, and questions about itself. It connects
 * when it is first used, and again by itself; it asks for no types, see `openDatabase`.
 */
export function oneConnection(url: string, { name, statementMs, onclose }: Options = {}): postgres.Sql {
  return postgres(url, {
    max: 1,
    max_lifetime: null,
    connect_timeout: CONNECT_SECONDS,
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      ...(name !== undefined && { application_name: name }),
      ...(statementMs !== undefined && { statement_timeout: statementMs }),
    },
    ...(onclose && { onclose }),
  });
}
