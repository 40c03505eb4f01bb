import type { SyncShape } from '../../api/contract/sync-schema.ts';
import type { UploadShape } from '../../api/routes/uploads.ts';
import { may, type WebContext } from '../context.ts';
import { bytes } from '../frame/format.ts';
import { page } from '../frame/layout.tsx';
import { Empty, Live, Moment, OfSync, OfUpload, type Reader } from '../frame/parts.tsx';
import { Progress } from '../sync/progress.tsx';
import { SyncTable } from '../sync/table.tsx';
import { todayWords } from './words.ts';

interface Props {
  syncs: readonly SyncShape[];
  uploads: readonly UploadShape[];
  /** Where files are fetched from, if anywhere. */
  host: string | undefined;
  waiting: number;
  nextRun: string | null;
  reader: Reader;
}

const isOpen = ({ state }: SyncShape): boolean => state === 'queued' || state === 'running';

export function todayPage(c: WebContext, props: Props) {
  const { tenant } = c.var;
  const { syncs, uploads, reader } = props;
  const words = todayWords(reader.language);
  const open = syncs.find(isOpen);
  const base = `/t/${tenant.id}`;
  return page(c, {
    ...{ title: tenant.name, tab: 'today' },
    children: (
      <>
        <div class="head">
          <h1>{tenant.name}</h1>
          <SyncButton c={c} {...props} />
        </div>
        <Live id="today" every={open ? 1000 : 2000}>
          <div class="pair">
            <section class="box">
              <h2>{words.now}</h2>
              {open ? <Now sync={open} base={base} reader={reader} /> : <p>{words.idle}</p>}
            </section>
            <LastResult base={base} {...props} />
          </div>
          <h2>{words.arrivals}</h2>
          {uploads.length === 0 ? (
            <Empty>
              <p>{words.noArrivals}</p>
              <p>
                <a class="button" href={`${base}/connection`}>
                  {words.howToSend}
                </a>
              </p>
            </Empty>
          ) : (
            <UploadTable uploads={uploads} reader={reader} base={base} />
          )}
          {syncs.length > 0 && (
            <>
              <h2>{words.syncs}</h2>
              <SyncTable syncs={syncs} tenant={tenant.id} reader={reader} />
              <p>
                <a href={`${base}/syncs`}>{words.all}</a>
              </p>
            </>
          )}
        </Live>
      </>
    ),
  });
}

/** The button, with what it will do, or why it does nothing. */
function SyncButton({ c, host, waiting, reader }: { c: WebContext } & Props) {
  const { tenant } = c.var;
  const words = todayWords(reader.language);
  const why =
    tenant.state === 'suspended'
      ? words.suspended
      : !may(tenant.role, 'sync')
        ? words.noRight
        : host === undefined && waiting === 0
          ? words.nothing
          : undefined;
  return (
    <form class="acts" method="post" action={`/t/${tenant.id}/synchronise`}>
      <span id="sync-does" class="soft">
        {why ?? (host === undefined ? words.takes(waiting) : words.fetches(host))}
      </span>
      <button aria-describedby="sync-does" disabled={why !== undefined}>
        {words.sync}
      </button>
    </form>
  );
}

const Now = ({ sync, base, reader }: { sync: SyncShape; base: string; reader: Reader }) => (
  <>
    <p>
      <OfSync state={sync.state} language={reader.language} />{' '}
      <a href={`${base}/syncs/${sync.id}`}>
        {todayWords(reader.language).number} {sync.id}
      </a>
    </p>
    <Progress sync={sync} reader={reader} />
  </>
);

function LastResult({ syncs, base, nextRun, reader }: { base: string } & Props) {
  const words = todayWords(reader.language);
  const last = syncs.find((sync) => !isOpen(sync));
  return (
    <section class="box">
      <h2>{words.last}</h2>
      {last ? (
        <p>
          <OfSync state={last.state} language={reader.language} />{' '}
          <a href={`${base}/syncs/${last.id}`}>
            {words.number} {last.id}
          </a>{' '}
          <span class="soft">
            <Moment at={last.finishedAt ?? last.createdAt} reader={reader} />
          </span>
        </p>
      ) : (
        <p>{words.none}</p>
      )}
      <p class="soft">
        {words.next} : {nextRun === null ? words.onArrival : <Moment at={nextRun} reader={reader} />}
      </p>
    </section>
  );
}

/** Files that came, each with what became of it. */
export function UploadTable({
  uploads,
  reader,
  base,
}: {
  uploads: readonly UploadShape[];
  reader: Reader;
  base: string;
}) {
  const words = todayWords(reader.language);
  return (
    <div class="wide" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.file}</th>
            <th {...{ scope: 'col', class: 'number' }}>{words.size}</th>
            <th scope="col">{words.came}</th>
            <th scope="col">{words.by}</th>
            <th scope="col">{words.state}</th>
          </tr>
        </thead>
        <tbody>
          {uploads.map((upload) => (
            <tr>
              <th scope="row">{upload.path}</th>
              <td class="number">{bytes(reader.language, upload.size)}</td>
              <td>
                <Moment at={upload.receivedAt} reader={reader} />
              </td>
              <td>
                {upload.username ?? ''} <span class="soft">{upload.door}</span>
              </td>
              <td>
                <OfUpload state={upload.state} language={reader.language} />
                {upload.syncId !== null && (
                  <>
                    {' '}
                    <a href={`${base}/syncs/${upload.syncId}`}>
                      {words.number} {upload.syncId}
                    </a>
                  </>
                )}
                {upload.reason !== null && <div class="soft">{upload.reason.message}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
