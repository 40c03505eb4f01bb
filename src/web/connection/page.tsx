import { may, type WebContext } from '../context.ts';
import { longDay } from '../frame/format.ts';
import { page } from '../frame/layout.tsx';
import { Facts, Moment, ToCopy, type Reader, WhatWasWrong } from '../frame/parts.tsx';
import { linesFor } from './lines.ts';
import { connectionWords, type ConnectionWords } from './words.ts';

export interface Credential {
  username: string;
  hasPassword: boolean;
  keys: readonly unknown[];
  createdAt: string;
  revokedAt: string | null;
  lastUsedAt: string | null;
}

export interface Connector {
  protocol: string;
  host: string;
  port: number;
}

interface Props {
  /** Undefined where the viewer may not see them. */
  credentials: readonly Credential[] | undefined;
  connector: Connector | undefined;
  reader: Reader;
  typed?: { username: string; wrong: string };
}

export function connectionPage(c: WebContext, props: Props, status?: number) {
  const { credentials, connector, reader, typed } = props;
  const words = connectionWords(reader.language);
  const { endpoint } = c.var.options;
  const active = credentials?.find(({ revokedAt }) => revokedAt === null);
  const username = active?.username ?? `${c.var.tenant.id}-export`;
  return page(c, {
    ...{ title: words.title, tab: 'connection', isError: typed !== undefined, ...(status !== undefined && { status }) },
    children: (
      <>
        <h1>{words.title}</h1>
        <h2>{words.endpoint}</h2>
        <EndpointFacts c={c} words={words} reader={reader} />
        <h2>{words.try}</h2>
        <p class="soft">{words.tryHint}</p>
        {linesFor({ ...endpoint, username }).map(({ tool, text }, i) => (
          <>
            <h3>{tool}</h3>
            <ToCopy id={`line-${i}`} text={text} language={reader.language} />
          </>
        ))}
        <h2>{words.credentials}</h2>
        {credentials === undefined ? <p>{words.onlyManagers}</p> : <Credentials c={c} words={words} {...props} />}
        <h2>{words.fetching}</h2>
        <p>
          {connector
            ? words.fetchesFrom(`${connector.protocol}://${connector.host}:${connector.port}`)
            : words.noFetching}
        </p>
      </>
    ),
  });
}

function EndpointFacts({ c, words, reader }: { c: WebContext; words: ConnectionWords; reader: Reader }) {
  const { host, ports, hostKeys, certificate } = c.var.options.endpoint;
  const { fingerprint, validTo, isOwn } = certificate();
  const open = [
    ['SFTP', ports.sftp],
    ['FTP', ports.ftp],
    ['FTPS', ports.ftps],
  ] as const;
  return (
    <Facts
      facts={[
        [words.host, <code>{host}</code>],
        [
          words.port,
          open
            .filter(([, port]) => port !== undefined)
            .map(([name, port]) => `${name} ${port ?? ''}`)
            .join(' · '),
        ],
        ...hostKeys.map(({ type, fingerprint: print }) => [`${words.hostKey} ${type}`, <code>{print}</code>] as const),
        [
          words.certificate,
          <>
            <code>{fingerprint}</code>
            <div class="soft">
              {isOwn && `${words.ownCertificate}, `}
              {words.until} {longDay(reader.language, validTo)}
            </div>
          </>,
        ],
      ]}
    />
  );
}

function Credentials({ c, words, credentials = [], reader, typed }: { c: WebContext; words: ConnectionWords } & Props) {
  const at = `/t/${c.var.tenant.id}/connection/usernames`;
  return (
    <>
      {credentials.length === 0 && <p>{words.noCredential}</p>}
      {credentials.length > 0 && (
        <div class="wide" tabindex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.username}</th>
                <th scope="col">{words.passwordKind}</th>
                <th scope="col">{words.made}</th>
                <th scope="col">{words.seen}</th>
                <th scope="col">
                  <span class="unseen">{words.revoke}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {credentials.map(({ username, hasPassword, keys, createdAt, lastUsedAt, revokedAt }) => (
                <tr>
                  <th scope="row">{username}</th>
                  <td>
                    {[
                      ...(hasPassword ? [words.passwordKind] : []),
                      ...(keys.length > 0 ? [`${keys.length} ${words.keys}`] : []),
                    ].join(', ')}
                  </td>
                  <td>
                    <Moment at={createdAt} reader={reader} />
                  </td>
                  <td>{lastUsedAt === null ? words.never : <Moment at={lastUsedAt} reader={reader} />}</td>
                  <td>
                    {revokedAt !== null ? (
                      words.revoked
                    ) : (
                      <form method="post" action={`${at}/${encodeURIComponent(username)}/revoke`}>
                        <button class="danger small" aria-label={`${words.revoke} ${username}`}>
                          {words.revoke}
                        </button>
                      </form>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {may(c.var.tenant.role, 'manage') && (
        <form class="box" method="post" action={at}>
          <h3>{words.add}</h3>
          <WhatWasWrong lines={typed ? [typed.wrong] : []} />
          <label for="username">{words.username}</label>
          <p id="username-hint" class="soft">
            {words.usernameHint}
          </p>
          <input
            {...{ id: 'username', name: 'username', required: true, maxlength: 64, autocomplete: 'off' }}
            value={typed?.username ?? (credentials.length === 0 ? `${c.var.tenant.id}-export` : '')}
            aria-describedby="username-hint"
          />
          <p></p>
          <label class="check">
            <input type="checkbox" name="cleartext" value="yes" />
            {words.cleartext}
          </label>
          <p></p>
          <button>{words.add}</button>
        </form>
      )}
    </>
  );
}

/** The one page on which a password stands. */
export function passwordPage(c: WebContext, { username, password }: { username: string; password: string }) {
  const words = connectionWords(c.var.language);
  return page(c, {
    ...{ title: words.password(username), tab: 'connection' },
    children: (
      <div class="narrow">
        <h1>{words.password(username)}</h1>
        <ToCopy id="password" text={password} language={c.var.language} />
        <p>{words.once}</p>
        <h2>{words.try}</h2>
        {linesFor({ ...c.var.options.endpoint, username }).map(({ text }, i) => (
          <ToCopy id={`line-${i}`} text={text} language={c.var.language} />
        ))}
        <p>
          <a class="button" href={`/t/${c.var.tenant.id}/connection`}>
            {words.noted}
          </a>
        </p>
      </div>
    ),
  });
}
