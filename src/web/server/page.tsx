import type { ServerShape } from '../../api/routes/server.ts';
import { Activity } from '../activity/table.tsx';
import type { WebContext } from '../context.ts';
import { Act, Choice, Field, Table, valueIn, Wrong, type Typed } from '../frame/fields.tsx';
import { bytes, longDay } from '../frame/format.ts';
import { page } from '../frame/layout.tsx';
import { Empty, Facts, Live, Moment, type Reader } from '../frame/parts.tsx';
import { peopleWords } from '../people/words.ts';
import type { ServerFacts } from './facts.ts';
import { serverWords, type ServerWords } from './words.ts';

type Props = ServerFacts & { typed?: Typed };

export function serverPage(c: WebContext, props: Props, status?: number) {
  const { signIns, refusals, reader, typed } = props;
  const words = serverWords(reader.language);
  return page(c, {
    ...{ title: words.title, isError: typed !== undefined, ...(status !== undefined && { status }) },
    children: (
      <>
        <h1>{words.title}</h1>
        <h2>{words.now}</h2>
        <Live id="now" every={5000}>
          <Now c={c} words={words} {...props} />
        </Live>
        <h2 id="bans">{words.bans}</h2>
        <Bans words={words} {...props} />
        <h2 id="operators">{words.operators}</h2>
        <Operators words={words} {...props} />
        <h2>{words.signIns}</h2>
        <Activity entries={signIns} reader={reader} />
        <h2>{words.refusals}</h2>
        <Activity entries={refusals} reader={reader} />
      </>
    ),
  });
}

function Now({ c, words, server, reader }: { c: WebContext; words: ServerWords } & Props) {
  const { language } = reader;
  const { ports, hostKeys, certificate, host } = c.var.options.endpoint;
  const { fingerprint, validTo, isOwn } = certificate();
  const doors = [
    ['SFTP', ports.sftp],
    ['FTP', ports.ftp],
    ['FTPS', ports.ftps],
  ] as const;
  return (
    <Facts
      facts={[
        [words.nodes, <Nodes words={words} server={server} reader={reader} />],
        [words.running, <Running words={words} server={server} reader={reader} />],
        [words.disk, words.free(bytes(language, server.freeBytes))],
        [words.database, words.postgres(server.database.version, bytes(language, server.database.bytes))],
        [
          words.doors,
          <>
            {host} : {doors.map(([name, port]) => `${name} ${port ?? words.closed}`).join(' · ')}
          </>,
        ],
        ...hostKeys.map(({ type, fingerprint: print }) => [`${words.hostKey} ${type}`, <code>{print}</code>] as const),
        [
          words.certificate,
          <>
            <code>{fingerprint}</code>
            <div class="soft">
              {isOwn && `${words.own}, `}
              {words.until} {longDay(language, validTo)}
            </div>
          </>,
        ],
        [words.version, server.version],
      ]}
    />
  );
}

interface Part {
  words: ServerWords;
  server: ServerShape;
  reader: Reader;
}

function Nodes({ words, server: { nodes, workerRunning }, reader }: Part) {
  return (
    <>
      {!workerRunning && <strong class="bad">✕ {words.noNodes}</strong>}
      {nodes.map(({ id, startedAt }) => (
        <div>
          nº {id}, {words.since} <Moment at={startedAt} reader={reader} />
        </div>
      ))}
    </>
  );
}

function Running({ words, server: { running, queued }, reader }: Part) {
  return (
    <>
      {running.length === 0 && words.noneRunning}
      {running.map(({ tenant, syncId, startedAt }) => (
        <div>
          <a href={`/t/${tenant}/syncs/${syncId}`}>
            {tenant} nº {syncId}
          </a>
          {startedAt !== null && (
            <>
              , {words.since} <Moment at={startedAt} reader={reader} />
            </>
          )}
        </div>
      ))}
      {queued > 0 && <div class="soft">{words.queued(queued)}</div>}
    </>
  );
}

function Bans({ words, bans, typed, reader }: { words: ServerWords } & Props) {
  return (
    <>
      <Wrong typed={typed} form="bans" />
      <p class="soft">{words.bansHint}</p>
      {bans.length === 0 ? (
        <Empty>
          <p>{words.noBans}</p>
        </Empty>
      ) : (
        <Table columns={[words.whom, words.where, words.begun, words.ends]} acts={words.lift}>
          {bans.map(({ side, kind, subject, since, until }) => (
            <tr>
              <th scope="row">
                {words.kinds[kind]} {subject}
              </th>
              <td>{words.sides[side]}</td>
              <td>
                <Moment at={since} reader={reader} />
              </td>
              <td>
                <Moment at={until} reader={reader} />
              </td>
              <td>
                <Act at="/server/bans/lift" word={words.lift} what={subject}>
                  <input type="hidden" name="subject" value={subject} />
                </Act>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

function Operators({ words, operators, typed, reader }: { words: ServerWords } & Props) {
  const told = peopleWords(reader.language);
  return (
    <>
      <p class="soft">{words.operatorsHint}</p>
      <Table columns={[told.email, told.lastSignIn]} acts={told.remove}>
        {operators.map(({ id, email, hasPassword, lastSignInAt }) => (
          <tr>
            <th scope="row">{email}</th>
            <td>
              {lastSignInAt !== null ? (
                <Moment at={lastSignInAt} reader={reader} />
              ) : hasPassword ? (
                told.never
              ) : (
                told.invited
              )}
            </td>
            <td class="acts">
              <Act at={`/server/operators/${id}/link`} word={told.newLink} what={email} />
              <a href={`/server/operators/${id}/remove`} aria-label={`${told.remove} ${email}`}>
                {told.remove}
              </a>
            </td>
          </tr>
        ))}
      </Table>
      <form class="box" method="post" action="/server/operators">
        <h3>{words.addOperator}</h3>
        <Wrong typed={typed} form="operators" />
        <Field
          {...{ id: 'operator-email', name: 'email', type: 'email', label: told.email, autocomplete: 'off' }}
          {...{ required: true, maxlength: 254, value: valueIn(typed, 'operators', 'email') }}
        />
        <Choice
          {...{ id: 'operator-language', name: 'language', label: told.language }}
          {...{ options: Object.entries(told.languages) }}
          chosen={valueIn(typed, 'operators', 'language', reader.language)}
        />
        <p></p>
        <button>{words.addOperator}</button>
      </form>
    </>
  );
}
