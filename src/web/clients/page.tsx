import type { StatusShape } from '../../api/routes/operation.ts';
import type { WebContext } from '../context.ts';
import { bytes } from '../frame/format.ts';
import { page } from '../frame/layout.tsx';
import { Empty, Live, Moment, type Reader, WhatWasWrong } from '../frame/parts.tsx';
import { groupOf, groups, type TenantStatus } from './group.ts';
import { clientsWords, type ClientsWords } from './words.ts';

export type NamedStatus = TenantStatus & { name: string };

interface Props {
  status: Omit<StatusShape, 'tenants'>;
  clients: readonly NamedStatus[];
  search: string;
  reader: Reader;
}

export function clientsPage(c: WebContext, { status, clients, search, reader }: Props) {
  const words = clientsWords(c.var.language);
  const shown = groups.flatMap((group) => {
    const those = clients.filter((client) => groupOf(client) === group);
    return those.length === 0 ? [] : [{ group, those }];
  });
  return page(c, {
    title: words.title,
    children: (
      <>
        <div class="head">
          <h1>{words.title}</h1>
          {c.var.viewer.isOperator && (
            <a class="button" href="/clients/new">
              {words.add}
            </a>
          )}
        </div>
        <form class="filter" method="get" role="search">
          <div>
            <label for="q">{words.search}</label>
            <input id="q" name="q" type="search" value={search} />
          </div>
          <button class="second">{words.search}</button>
        </form>
        <Live id="clients" every={5000}>
          <Server words={words} status={status} reader={reader} />
          {shown.map(({ group, those }) => (
            <section aria-labelledby={`group-${group}`}>
              <h2 id={`group-${group}`}>
                {words.groups[group]} ({those.length})
              </h2>
              <Table words={words} clients={those} reader={reader} />
            </section>
          ))}
        </Live>
        {clients.length === 0 && <Nobody words={words} search={search} c={c} />}
      </>
    ),
  });
}

const Server = ({ words, status, reader }: { words: ClientsWords; status: Props['status']; reader: Reader }) => (
  <p class={status.workerRunning ? 'soft' : 'state bad'}>
    {status.workerRunning ? `● ${words.importing}` : `✕ ${words.notImporting}`}
    {status.freeBytes !== null && ` · ${words.free(bytes(reader.language, status.freeBytes))}`}
  </p>
);

const Nobody = ({ words, search, c }: { words: ClientsWords; search: string; c: WebContext }) => (
  <Empty>
    {search !== '' ? (
      <>
        <p>{words.noneFound}</p>
        <p>
          <a href="/">{words.clear}</a>
        </p>
      </>
    ) : c.var.viewer.isOperator ? (
      <>
        <p>{words.none}</p>
        <p>
          <a class="button" href="/clients/new">
            {words.add}
          </a>
        </p>
      </>
    ) : (
      <p>{words.noneForYou}</p>
    )}
  </Empty>
);

const Table = ({
  words,
  clients,
  reader,
}: {
  words: ClientsWords;
  clients: readonly NamedStatus[];
  reader: Reader;
}) => (
  <div class="wide" tabindex={0}>
    <table>
      <thead>
        <tr>
          <th scope="col">{words.client}</th>
          <th scope="col">{words.now}</th>
          <th scope="col">{words.lastUpload}</th>
          <th scope="col">{words.lastApplied}</th>
        </tr>
      </thead>
      <tbody>
        {clients.map((client) => (
          <tr>
            <th scope="row">
              <a href={`/t/${client.id}`} data-row>
                {client.name}
              </a>
            </th>
            <td>{nowOf(words, client).join(' · ')}</td>
            <td>{client.lastUpload === null ? words.never : <Moment at={client.lastUpload} reader={reader} />}</td>
            <td>{client.lastApplied === null ? words.never : <Moment at={client.lastApplied} reader={reader} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** What happens, and what somebody should look at, in words with numbers. */
function nowOf(words: ClientsWords, { held, failed, aside, running, queued, waiting }: TenantStatus): string[] {
  return [
    ...(held > 0 ? [`⚑ ${words.held(held)}`] : []),
    ...(failed > 0 ? [`✕ ${words.failed(failed)}`] : []),
    ...(running > 0 ? [`◐ ${words.running}`] : queued > 0 ? [`◌ ${words.queued}`] : []),
    ...(waiting > 0 ? [words.waiting(waiting)] : []),
    ...(aside > 0 ? [`◇ ${words.aside(aside)}`] : []),
  ];
}

/** The form for a new client; `typed` is what was there when something was wrong. */
export function newClientPage(c: WebContext, typed: { id: string; name: string; wrong?: string }, status?: number) {
  const words = clientsWords(c.var.language);
  return page(c, {
    ...{ title: words.add, isError: typed.wrong !== undefined, ...(status !== undefined && { status }) },
    children: (
      <div class="narrow">
        <h1>{words.add}</h1>
        <WhatWasWrong lines={typed.wrong === undefined ? [] : [typed.wrong]} />
        <form method="post" action="/clients">
          <label for="name">{words.name}</label>
          <input id="name" name="name" required maxlength={200} value={typed.name} />
          <label for="id">{words.id}</label>
          <p id="id-hint" class="soft">
            {words.idHint}
          </p>
          <input
            {...{ id: 'id', name: 'id', required: true, maxlength: 40, value: typed.id }}
            aria-describedby="id-hint"
          />
          <p></p>
          <button>{words.create}</button>
        </form>
      </div>
    ),
  });
}
