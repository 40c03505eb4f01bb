import { roles } from '../../model/person.ts';
import { Act, Choice, Field, Table, valueIn, Wrong } from '../frame/fields.tsx';
import { Empty, Moment, WhatWasWrong } from '../frame/parts.tsx';
import { wordsOf } from '../frame/words.ts';
import { page } from '../frame/layout.tsx';
import type { WebContext } from '../context.ts';
import { peopleWords } from '../people/words.ts';
import type { ManagedSection } from './section.ts';

/** Who signs in for the client, and what each may do. */
export function People({ managed, isOperator, words, at, typed, reader }: ManagedSection & { isOperator: boolean }) {
  const told = peopleWords(reader.language);
  const options = roles.map((role) => [role, told.roles[role]] as const);
  const changed = `${at}/people`;
  return (
    <>
      <Wrong typed={typed} form="role" />
      {managed.people.length === 0 ? (
        <Empty>
          <p>{words.noPeople}</p>
        </Empty>
      ) : (
        <Table columns={[told.email, told.role, told.lastSignIn]} acts={told.remove}>
          {managed.people.map(({ id, email, role, hasPassword, lastSignInAt }) => (
            <tr>
              <th scope="row">{email}</th>
              <td>
                <form class="acts" method="post" action={`${changed}/role`}>
                  <input type="hidden" name="email" value={email} />
                  <Choice
                    {...{ id: `role-${id}`, name: 'role', label: `${told.role} ${email}`, options, isBare: true }}
                    chosen={role}
                  />
                  <button class="second small" aria-label={`${words.change} ${email}`}>
                    {words.change}
                  </button>
                </form>
              </td>
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
                {isOperator && <Act at={`${changed}/${id}/link`} word={told.newLink} what={email} />}
                <a href={`${changed}/${id}/remove`} aria-label={`${told.remove} ${email}`}>
                  {told.remove}
                </a>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <form class="box" method="post" action={changed}>
        <h3>{words.invite}</h3>
        <Wrong typed={typed} form="people" />
        <p class="soft">{words.inviteHint}</p>
        <Field
          {...{ id: 'person-email', name: 'email', type: 'email', label: told.email, autocomplete: 'off' }}
          {...{ required: true, maxlength: 254, value: valueIn(typed, 'people', 'email') }}
        />
        <Choice
          {...{ id: 'person-role', name: 'role', label: told.role, options }}
          chosen={valueIn(typed, 'people', 'role', 'read')}
        />
        <p></p>
        <button>{words.invite}</button>
      </form>
    </>
  );
}

/** Asks before somebody is let in no more. */
export function removePersonPage(
  c: WebContext,
  { email, at, back, tab }: { email: string; at: string; back: string; tab?: 'settings' },
  refused?: { detail: string; status: number },
) {
  const told = peopleWords(c.var.language);
  return page(c, {
    ...{ title: told.removeWhom(email), ...(tab && { tab }), isError: refused !== undefined },
    ...(refused && { status: refused.status }),
    children: (
      <div class="narrow">
        <h1>{told.removeWhom(email)}</h1>
        <WhatWasWrong lines={refused ? [refused.detail] : []} />
        <p>{told.removeNote}</p>
        <form class="acts" method="post" action={at}>
          <button class="danger">{told.remove}</button>
          <a href={back}>{wordsOf(c.var.language).back}</a>
        </form>
      </div>
    ),
  });
}
