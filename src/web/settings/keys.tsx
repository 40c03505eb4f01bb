import type { WebContext } from '../context.ts';
import { Act, Choice, Field, Table, valueIn, Wrong } from '../frame/fields.tsx';
import { page } from '../frame/layout.tsx';
import { Empty, Moment, ToCopy } from '../frame/parts.tsx';
import { roles } from '../../model/person.ts';
import type { ManagedSection } from './section.ts';
import { settingsWords } from './words.ts';

/** Which programs ask the API. */
export function Keys({ managed, words, at, typed, reader }: ManagedSection) {
  return (
    <>
      {managed.keys.length === 0 ? (
        <Empty>
          <p>{words.noKeys}</p>
        </Empty>
      ) : (
        <Table columns={[words.keyName, words.scope, words.prefix, words.made, words.used]} acts={words.revoke}>
          {managed.keys.map(({ id, name, scope, prefix, createdAt, lastUsedAt, revokedAt }) => (
            <tr>
              <th scope="row">{name}</th>
              <td>{words.scopes[scope]}</td>
              <td>
                <code>{prefix}…</code>
              </td>
              <td>
                <Moment at={createdAt} reader={reader} />
              </td>
              <td>{lastUsedAt === null ? words.never : <Moment at={lastUsedAt} reader={reader} />}</td>
              <td>
                {revokedAt !== null ? (
                  words.revoked
                ) : (
                  <Act at={`${at}/keys/${id}/revoke`} word={words.revoke} what={name} kind="danger" />
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <form class="box" method="post" action={`${at}/keys`}>
        <h3>{words.addKey}</h3>
        <Wrong typed={typed} form="keys" />
        <Field
          {...{ id: 'key-name', name: 'name', label: words.keyName, required: true, maxlength: 200 }}
          {...{ autocomplete: 'off', value: valueIn(typed, 'keys', 'name') }}
        />
        <Choice
          {...{ id: 'key-scope', name: 'scope', label: words.scope, chosen: valueIn(typed, 'keys', 'scope', 'read') }}
          options={roles.map((role) => [role, words.scopes[role]] as const)}
        />
        <p></p>
        <button>{words.addKey}</button>
      </form>
    </>
  );
}

/** The one page on which a key, or a webhook's secret, stands. */
export function secretPage(c: WebContext, { title, secret, back }: { title: string; secret: string; back: string }) {
  const words = settingsWords(c.var.language);
  return page(c, {
    ...{ title, tab: 'settings' },
    children: (
      <div class="narrow">
        <h1>{title}</h1>
        <ToCopy id="secret" text={secret} language={c.var.language} />
        <p>{words.once}</p>
        <p>
          <a class="button" href={back}>
            {words.noted}
          </a>
        </p>
      </div>
    ),
  });
}
