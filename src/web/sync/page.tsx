import type { SyncShape } from '../../api/contract/sync-schema.ts';
import { may, type WebContext } from '../context.ts';
import { amount, number } from '../frame/format.ts';
import { page } from '../frame/layout.tsx';
import { wordsOf } from '../frame/words.ts';
import { Facts, Live, Moment, OfSync, type Reader, WhatWasWrong } from '../frame/parts.tsx';
import { todayWords } from '../today/words.ts';
import { Changes } from './changes.tsx';
import { Decision } from './decision.tsx';
import type { SyncFacts } from './facts.ts';
import { Progress } from './progress.tsx';
import { Rejections } from './rejections.tsx';
import { sumOf } from './sum.ts';
import { syncWords } from './words.ts';

type File = SyncShape['files'][number];

/** A sync: its stages, files, refusals, changes, and what can be decided. */
export function syncPage(c: WebContext, facts: SyncFacts, status?: number) {
  const { sync, headline, reader, wrong } = facts;
  const words = syncWords(reader.language);
  const isOpen = sync.state === 'queued' || sync.state === 'running';
  return page(c, {
    ...{
      title: words.title(sync.id),
      tab: 'syncs',
      isError: wrong !== undefined,
      ...(status !== undefined && { status }),
    },
    children: (
      <Live id="sync" every={isOpen ? 1000 : undefined}>
        <div class="head">
          <h1>{words.title(sync.id)}</h1>
          <Acts c={c} {...facts} />
        </div>
        <WhatWasWrong lines={wrong === undefined ? [] : [wrong]} />
        <p data-say>
          <OfSync state={sync.state} language={reader.language} /> {headline}
        </p>
        {sync.dryRun && <p class="soft">{words.trialNote}</p>}
        {sync.error && <p class="state bad">{sync.error.message}</p>}
        <Progress sync={sync} reader={reader} />
        {sync.state === 'held' && <Decision c={c} {...facts} />}
        {sync.files.length > 0 && <Files files={sync.files} reader={reader} />}
        {!isOpen && <Rejections c={c} {...facts} />}
        {!isOpen && <Changes c={c} {...facts} />}
        <Totals files={sync.files} reader={reader} />
        <History c={c} {...facts} />
      </Live>
    ),
  });
}

function Acts({ c, sync, isLatest, reader }: { c: WebContext } & SyncFacts) {
  const words = syncWords(reader.language);
  const at = `/t/${c.var.tenant.id}/syncs/${sync.id}`;
  const isOver = sync.finishedAt !== null && sync.state !== 'held';
  return (
    <div class="acts">
      {isOver && sync.files.length > 0 && may(c.var.tenant.role, 'sync') && (
        <form method="post" action={`${at}/replay`}>
          <button class="second">{words.replay}</button>
        </form>
      )}
      {sync.state === 'applied' && isLatest && may(c.var.tenant.role, 'manage') && (
        <a class="button second" href={`${at}/revert`}>
          {words.revert}
        </a>
      )}
    </div>
  );
}

const columns = ['read', 'inserted', 'updated', 'unchanged', 'settled', 'reopened', 'rejected'] as const;

export function Files({ files, reader }: { files: readonly File[]; reader: Reader }) {
  const { language } = reader;
  const words = syncWords(language);
  return (
    <section aria-labelledby="files">
      <h2 id="files">{words.files}</h2>
      <div class="wide" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.file}</th>
              <th scope="col">{words.kind}</th>
              {columns.map((name) => (
                <th {...{ scope: 'col', class: 'number' }}>{words[name]}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {files.map((file) => (
              <tr>
                <th scope="row">{file.name}</th>
                <td>
                  {file.dataset === null ? '–' : wordsOf(language).datasets[file.dataset]}
                  <div class="soft">{words[file.mode]}</div>
                </td>
                {columns.map((name) => (
                  <td class="number">{number(language, file[name])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {files.map((file) => (
        <Remarks file={file} reader={reader} />
      ))}
    </section>
  );
}

function Remarks({ file, reader }: { file: File; reader: Reader }) {
  const words = syncWords(reader.language);
  const aside = file.quarantine ?? file.ignored;
  if (file.warnings.length === 0 && aside === null) return <></>;
  return (
    <div class="box">
      <h3>{file.name}</h3>
      {aside !== null && (
        <p class="state decide">
          ◇ {words.aside} : {aside.message}
        </p>
      )}
      <ul class="list">
        {file.warnings.map(({ doubt, message, count, examples }) => (
          <li>
            {doubt && <strong class="decide">⚑ {words.doubt} · </strong>}
            {message} ({number(reader.language, count)})
            {examples.slice(0, 2).map(({ line, value }) => (
              <div class="soft">
                {words.line(line)}
                {value !== null && <> « {value} »</>}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Totals({ files, reader }: { files: readonly File[]; reader: Reader }) {
  const { language } = reader;
  const words = syncWords(language);
  const sums = files.flatMap(({ totals }) =>
    (totals?.currencies ?? []).map((sum) => ({ ...sum, hasBalance: totals?.hasBalance === true })),
  );
  if (sums.length === 0) return <></>;
  const row = (
    { currency, hasBalance }: { currency: string; hasBalance: boolean },
    what: string,
    of: { debit: string; credit: string; balance: string; rows: number },
  ) => (
    <tr>
      <th scope="row">
        {currency} · {what}
      </th>
      <td class="number">{number(language, of.rows)}</td>
      <td class="number">{amount(language, of.debit)}</td>
      <td class="number">{amount(language, of.credit)}</td>
      <td class="number">{hasBalance ? amount(language, of.balance) : '–'}</td>
    </tr>
  );
  return (
    <section aria-labelledby="totals">
      <h2 id="totals">{words.totals}</h2>
      <div class="wide" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.currency}</th>
              <th {...{ scope: 'col', class: 'number' }}>{words.read}</th>
              <th {...{ scope: 'col', class: 'number' }}>{words.debit}</th>
              <th {...{ scope: 'col', class: 'number' }}>{words.credit}</th>
              <th {...{ scope: 'col', class: 'number' }}>{words.balance}</th>
            </tr>
          </thead>
          <tbody>
            {sums.flatMap((sum) => [
              row(sum, words.storedRow, sum.stored),
              ...(sum.refused.rows > 0 ? [row(sum, words.refusedRow, sum.refused)] : []),
            ])}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function History({ c, sync, reader }: { c: WebContext } & SyncFacts) {
  const words = syncWords(reader.language);
  const today = todayWords(reader.language);
  const at = (iso: string | null) => (iso === null ? '–' : <Moment at={iso} reader={reader} />);
  return (
    <section aria-labelledby="history">
      <h2 id="history">{words.history}</h2>
      <Facts
        facts={[
          [today.cause, today.causes[sync.cause] ?? sync.cause],
          ...(sync.requestedBy === null ? [] : [[words.asked, sync.requestedBy] as const]),
          ...(sync.approvedBy === null ? [] : [[words.approved, sync.approvedBy] as const]),
          [words.created, at(sync.createdAt)],
          [words.started, at(sync.startedAt)],
          [words.finished, at(sync.finishedAt)],
        ]}
      />
      {sync.finishedAt !== null && (
        <p>
          <a href={`/t/${c.var.tenant.id}/syncs/${sync.id}/report.txt`}>{words.report}</a>
        </p>
      )}
    </section>
  );
}

/** What undoing means, before it is done. */
export function revertPage(c: WebContext, { sync, reader }: Pick<SyncFacts, 'sync' | 'reader'>) {
  const words = syncWords(reader.language);
  const at = `/t/${c.var.tenant.id}/syncs/${sync.id}`;
  const [first] = sync.files;
  const sum = (of: (file: File) => number) => number(reader.language, sumOf(sync, of));
  return page(c, {
    ...{ title: words.revert, tab: 'syncs' },
    children: (
      <div class="narrow">
        <h1>{words.revert}</h1>
        <p>
          {words.title(sync.id)}
          {first && <> · {first.name}</>}
        </p>
        <Facts
          facts={[
            [words.inserted, sum(({ inserted }) => inserted)],
            [words.updated, sum(({ updated }) => updated)],
            [words.settled, sum(({ settled }) => settled)],
            [words.reopened, sum(({ reopened }) => reopened)],
          ]}
        />
        <p>{words.revertNote}</p>
        <form class="acts" method="post" action={`${at}/revert`}>
          <button class="danger">{words.revert}</button>
          <a href={at}>{wordsOf(reader.language).back}</a>
        </form>
      </div>
    ),
  });
}
