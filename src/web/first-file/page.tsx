import { may, type WebContext } from '../context.ts';
import { page } from '../frame/layout.tsx';
import { Empty, Live, OfSync, OfUpload, type Reader, WhatWasWrong } from '../frame/parts.tsx';
import { wordsOf } from '../frame/words.ts';
import { Files, Totals } from '../sync/page.tsx';
import { Progress } from '../sync/progress.tsx';
import { Rejections } from '../sync/rejections.tsx';
import { isLook, linesOf, type FirstFileFacts, type Look, type SeenUpload } from './facts.ts';
import { firstFileWords, type FirstFileWords } from './words.ts';

/** The files of a tenant who begins: what came, what was recognised, what a trial says, and the step to live. */
export function firstFilePage(c: WebContext, facts: FirstFileFacts, status?: number) {
  const { tenant } = c.var;
  const { reader, wrong, taken } = facts;
  const words = firstFileWords(reader.language);
  return page(c, {
    ...{ title: words.title, isError: wrong !== undefined, ...(status !== undefined && { status }) },
    children: (
      <>
        <h1>{words.title}</h1>
        <WhatWasWrong lines={[...(wrong ?? []), ...(wrong && taken ? [words.someTaken(taken)] : [])]} />
        {tenant.state === 'live' && (
          <p>
            ● {words.isLive} <a href={`/t/${tenant.id}`}>{words.toToday}</a>
          </p>
        )}
        {tenant.state === 'suspended' && <p>– {words.isSuspended}</p>}
        <h2>{words.step(1, words.yourFiles)}</h2>
        <SendForm c={c} words={words} />
        <h3>{words.came}</h3>
        <TrialForm c={c} words={words} {...facts} />
        {tenant.state === 'validation' && <Trial c={c} words={words} {...facts} />}
      </>
    ),
  });
}

type Props = { c: WebContext; words: FirstFileWords };

function SendForm({ c, words }: Props) {
  const { tenant } = c.var;
  const at = `/t/${tenant.id}`;
  if (tenant.state === 'suspended') return <></>;
  if (!may(tenant.role, 'sync')) return <p>{words.mayNotSend}</p>;
  return (
    <form class="box" method="post" action={`${at}/first-file/files`} enctype="multipart/form-data">
      <label for="files">{words.choose}</label>
      <p id="files-hint" class="soft">
        {words.chooseHint}
      </p>
      <input
        {...{ id: 'files', name: 'files', type: 'file', multiple: true, required: true }}
        accept=".csv,.txt,.tsv,.xlsx"
        aria-describedby="files-hint"
      />
      <p></p>
      <p class="acts">
        <button>{words.send}</button>
        <a href={`${at}/connection`}>{words.otherWay}</a>
      </p>
    </form>
  );
}

function TrialForm({ c, words, uploads, more, reader }: Props & FirstFileFacts) {
  const { tenant } = c.var;
  const at = `/t/${tenant.id}`;
  if (uploads.length === 0)
    return (
      <Empty>
        <p>{words.nothingCame}</p>
      </Empty>
    );
  const mayTry = tenant.state === 'validation' && may(tenant.role, 'sync');
  return (
    <form method="post" action={`${at}/first-file/try`}>
      <div class="wide">
        <table>
          <thead>
            <tr>
              {mayTry && <th scope="col">{words.trial}</th>}
              <th scope="col">{words.file}</th>
              <th scope="col">{words.holds}</th>
              <th scope="col">{words.readAs}</th>
              <th scope="col">{words.result}</th>
              <th scope="col">
                <span class="unseen">{words.columns}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {uploads.map((seen) => (
              <FileRow c={c} words={words} reader={reader} seen={seen} mayTry={mayTry} />
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && (
        <p>
          <a href={`${at}/files`}>{words.more(more)}</a>
        </p>
      )}
      <Hints words={words} uploads={uploads} reader={reader} />
      {mayTry && (
        <>
          <h2>{words.step(3, words.check)}</h2>
          <p class="acts">
            <button aria-describedby="try-hint">{words.tryAll}</button>
            <span id="try-hint" class="soft">
              {words.tryHint}
            </span>
          </p>
        </>
      )}
    </form>
  );
}

interface RowProps extends Props {
  reader: Reader;
  seen: SeenUpload;
  mayTry: boolean;
}

function FileRow({ c, words, reader, seen: { upload, look }, mayTry }: RowProps) {
  const frame = wordsOf(reader.language);
  const isPlain = isLook(look) && look.refusal === null && look.identified !== 'unknown';
  return (
    <tr>
      {mayTry && (
        <td>
          {upload.state === 'waiting' ? (
            <>
              <input type="hidden" name="upload" value={upload.id} />
              <span class="soft">{words.waits}</span>
            </>
          ) : (
            <input type="checkbox" name="upload" value={upload.id} checked aria-label={upload.path} />
          )}
        </td>
      )}
      <th scope="row">
        {upload.path.replace(/^\//, '')}
        <div class="soft">
          <OfUpload state={upload.state} language={reader.language} />
        </div>
      </th>
      <td>{isLook(look) && look.identified !== 'unknown' ? datasetText(look.dataset, frame.datasets) : '–'}</td>
      <td>{isLook(look) ? formatText(look) : '–'}</td>
      <td>
        <Recognised look={look} words={words} />
      </td>
      <td>
        {isLook(look) && (
          <a href={`/t/${c.var.tenant.id}/first-file/columns/${upload.id}`}>
            {isPlain ? words.verify : words.pick}
            <span class="unseen"> : {upload.path}</span>
          </a>
        )}
      </td>
    </tr>
  );
}

function Recognised({ look, words }: { look: SeenUpload['look']; words: FirstFileWords }) {
  if (look === undefined) return <span class="soft">{words.later}</span>;
  if (!isLook(look))
    return (
      <>
        <span class="state bad">✕ {words.unreadable}</span>
        <div>{look.detail}</div>
      </>
    );
  if (look.missing > 0 || look.identified === 'unknown')
    return (
      <span class="state decide">
        ⚑ {look.identified === 'unknown' ? words.unrecognised : words.toPlace(look.missing)}
      </span>
    );
  if (look.refusal)
    return (
      <>
        <span class="state decide">⚑ {words.pick}</span>
        <div>{look.refusal.message}</div>
      </>
    );
  return <span class="state good">● {words.recognised(look.known, look.all)}</span>;
}

function Hints({ words, uploads, reader }: { words: FirstFileWords } & Pick<FirstFileFacts, 'uploads' | 'reader'>) {
  const frame = wordsOf(reader.language);
  const kinds = uploads.flatMap(({ look }) => (isLook(look) && look.identified !== 'unknown' ? [look.dataset] : []));
  const several = [...new Set(kinds)].filter((kind) => kinds.filter((each) => each === kind).length > 1);
  const lacksClients = kinds.includes('ecritures') && !kinds.includes('clients') && !kinds.includes('fec');
  return (
    <>
      {several.map((kind) => (
        <p>⚑ {words.together(datasetText(kind, frame.datasets).toLowerCase())}</p>
      ))}
      {lacksClients && <p>⚑ {words.noClients}</p>}
    </>
  );
}

const datasetText = (dataset: Look['dataset'], names: ReturnType<typeof wordsOf>['datasets']): string =>
  dataset === 'fec' ? 'FEC' : names[dataset];

/** `windows-1252 « ; »`, or the sheet of a workbook. */
export function formatText({ format }: Pick<Look, 'format'>): string {
  const { kind, sheet, encoding, delimiter } = format as Look['format'] &
    Record<'sheet' | 'encoding' | 'delimiter', string>;
  if (kind === 'xlsx') return `Excel « ${sheet} »`;
  return `${encoding} « ${delimiter === '\t' ? '⇥' : delimiter} »`;
}

/** What the latest trial says, and the step to live. */
function Trial({ c, words, trial, rejections, reader, uploads }: Props & FirstFileFacts) {
  const at = `/t/${c.var.tenant.id}`;
  const isOpen = trial?.state === 'queued' || trial?.state === 'running';
  return (
    <Live id="trial" every={isOpen ? 1000 : undefined}>
      <h2>{words.lastTrial}</h2>
      {trial === undefined ? (
        <p>{words.nothingTried}</p>
      ) : (
        <>
          <p data-say>
            <OfSync state={trial.state} language={reader.language} /> {isOpen && words.underWay}{' '}
            <a href={`${at}/syncs/${trial.id}`}>{words.seeSync}</a>
          </p>
          {isOpen && <Progress sync={trial} reader={reader} />}
          {trial.error && <p class="state bad">{trial.error.message}</p>}
          {trial.files.length > 0 && <Files files={trial.files} reader={reader} />}
          {!isOpen && <Rejections c={c} {...{ sync: trial, rejections, reader }} />}
          <Totals files={trial.files} reader={reader} />
          {!isOpen && <GoLive c={c} words={words} {...{ trial, uploads }} />}
        </>
      )}
    </Live>
  );
}

function GoLive({
  c,
  words,
  trial,
  uploads,
}: Props & { trial: NonNullable<FirstFileFacts['trial']> } & Pick<FirstFileFacts, 'uploads'>) {
  const { tenant, viewer } = c.var;
  const { stored, refused } = linesOf(trial);
  if (trial.state !== 'dry_run' || stored === 0) return <p>{words.nothingToImport}</p>;
  if (uploads.some(({ upload }) => upload.state === 'waiting')) return <p>{words.newFiles}</p>;
  return (
    <>
      <p>{words.compare}</p>
      {viewer.isOperator ? (
        <form method="post" action={`/t/${tenant.id}/first-file/live`}>
          <input type="hidden" name="sync" value={String(trial.id)} />
          <button>{words.goLive(tenant.name, stored, refused)}</button>
        </form>
      ) : (
        <p>{words.operatorMust}</p>
      )}
    </>
  );
}
