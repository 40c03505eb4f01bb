import type { Child } from 'hono/jsx';
import type { SignedIn } from '../../db/queries/access/signed-in.ts';
import type { WebContext } from '../context.ts';
import { page } from '../frame/layout.tsx';
import { Moment, type Reader, WhatWasWrong } from '../frame/parts.tsx';
import { signInWords } from './words.ts';

/** What somebody typed, and what was wrong with it. */
export interface Typed {
  email: string;
  wrong?: string;
}

export function signInPage(
  c: WebContext,
  { back, typed, status, hasOperator }: { back: string; typed: Typed; status?: number; hasOperator: boolean },
) {
  const words = signInWords(c.var.language);
  return page(c, {
    title: words.title,
    isError: typed.wrong !== undefined,
    ...(status !== undefined && { status }),
    children: (
      <div class="narrow">
        <h1>{words.title}</h1>
        {!hasOperator && <NobodyYet c={c} />}
        <WhatWasWrong lines={typed.wrong === undefined ? [] : [typed.wrong]} />
        <form method="post" action="/sign-in">
          <input type="hidden" name="back" value={back} />
          <label for="email">{words.email}</label>
          <input id="email" name="email" type="email" autocomplete="username" required value={typed.email} />
          <label for="password">{words.password}</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required />
          <p></p>
          <button>{words.signIn}</button>
        </form>
      </div>
    ),
  });
}

const NobodyYet = ({ c }: { c: WebContext }) => {
  const words = signInWords(c.var.language);
  return (
    <div class="box">
      <p>
        <strong>{words.nobody}</strong> {words.nobodyHint}
      </p>
      <code>arrivage operator create {'<e-mail>'}</code>
    </div>
  );
};

/** The page of a one-time link. `email`: of whom it is; null for the first operator, who says it. */
export function linkPage(
  c: WebContext,
  { email, typed, least, status }: { email: string | null; typed: Typed; least: number; status?: number },
) {
  const words = signInWords(c.var.language);
  const title = email === null ? words.first : words.choose;
  return page(c, {
    title,
    isError: typed.wrong !== undefined,
    ...(status !== undefined && { status }),
    children: (
      <div class="narrow">
        <h1>{title}</h1>
        {email === null && <p>{words.firstHint}</p>}
        <WhatWasWrong lines={typed.wrong === undefined ? [] : [typed.wrong]} />
        <form method="post">
          <label for="email">{words.email}</label>
          <input
            {...{ id: 'email', name: 'email', type: 'email', autocomplete: 'username', required: true }}
            value={email ?? typed.email}
            readonly={email !== null}
          />
          <label for="password">{words.newPassword(least)}</label>
          <input
            {...{ id: 'password', name: 'password', type: 'password', autocomplete: 'new-password', required: true }}
            minlength={least}
          />
          <p></p>
          <button>{email === null ? words.make : words.keep}</button>
        </form>
      </div>
    ),
  });
}

export function endedPage(c: WebContext) {
  const words = signInWords(c.var.language);
  return page(c, {
    ...{ title: words.ended, status: 410, isError: true },
    children: (
      <div class="narrow">
        <h1>{words.ended}</h1>
        <p>{words.endedHint}</p>
        <code>arrivage operator link {'<e-mail>'}</code>
      </div>
    ),
  });
}

export function accountPage(c: WebContext, browsers: readonly SignedIn[], reader: Reader) {
  const words = signInWords(c.var.language);
  const row = ({ id, browser, address, usedAt }: SignedIn): Child => (
    <tr>
      <td>{browser}</td>
      <td>{address}</td>
      <td>
        <Moment at={usedAt.toISOString()} reader={reader} />
      </td>
      <td>
        {id === c.var.viewer.signedInId ? (
          words.here
        ) : (
          <form method="post" action={`/account/browsers/${id}/end`}>
            <button class="second small">{words.end}</button>
          </form>
        )}
      </td>
    </tr>
  );
  return page(c, {
    title: words.account,
    children: (
      <>
        <h1>{c.var.viewer.email}</h1>
        <h2>{words.browsers}</h2>
        <div class="wide" tabindex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.browser}</th>
                <th scope="col">{words.address}</th>
                <th scope="col">{words.lastUse}</th>
                <th scope="col">
                  <span class="unseen">{words.end}</span>
                </th>
              </tr>
            </thead>
            <tbody>{browsers.map(row)}</tbody>
          </table>
        </div>
        <form method="post" action="/account/browsers/end-others">
          <p></p>
          <button class="second">{words.endOthers}</button>
        </form>
      </>
    ),
  });
}
