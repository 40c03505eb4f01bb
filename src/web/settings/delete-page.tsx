import { WhatWasWrong } from '../frame/parts.tsx';
import type { WebContext } from '../context.ts';
import { Field } from '../frame/fields.tsx';
import { page } from '../frame/layout.tsx';
import { wordsOf } from '../frame/words.ts';
import { settingsWords } from './words.ts';

/** Deletes a client once its identifier was typed. */
export function deletePage(c: WebContext, typed: { id: string; isWrong: boolean }) {
  const words = settingsWords(c.var.language);
  const { id, name } = c.var.tenant;
  const at = `/t/${id}/settings`;
  return page(c, {
    ...{ title: words.delete, tab: 'settings', isError: typed.isWrong, ...(typed.isWrong && { status: 422 }) },
    children: (
      <div class="narrow">
        <h1>{words.delete}</h1>
        <WhatWasWrong lines={typed.isWrong ? [words.notTheId] : []} />
        <p>
          <strong>{name}</strong>
        </p>
        <p>{words.deleteNote}</p>
        <form method="post" action={`${at}/delete`}>
          <Field
            {...{ id: 'id', name: 'id', label: words.typeId(id), required: true, autocomplete: 'off', value: typed.id }}
          />
          <p></p>
          <div class="acts">
            <button class="danger">{words.delete}</button>
            <a href={at}>{wordsOf(c.var.language).back}</a>
          </div>
        </form>
      </div>
    ),
  });
}
