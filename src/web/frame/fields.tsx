import { WhatWasWrong } from './parts.tsx';
import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

/** What somebody typed into one of a page's forms, and why it was refused. */
export interface Typed {
  form: string;
  fields: Readonly<Record<string, string>>;
  wrong: string;
}

/** What stands in a field: what was typed, where its form was refused, else what is stored. */
export const valueIn = (typed: Typed | undefined, form: string, field: string, stored = ''): string =>
  typed?.form === form ? (typed.fields[field] ?? '') : stored;

/** Why a form was refused, above it. */
export const Wrong = ({ typed, form }: { typed: Typed | undefined; form: string }) => (
  <WhatWasWrong lines={typed?.form === form ? [typed.wrong] : []} />
);

type FieldProps = JSX.IntrinsicElements['input'] & { id: string; label: string; hint?: string };

/** A field with its label, and what helps to fill it. */
export const Field = ({ id, label, hint, ...input }: FieldProps) => (
  <>
    <label for={id}>{label}</label>
    {hint !== undefined && (
      <p id={`${id}-hint`} class="soft">
        {hint}
      </p>
    )}
    <input id={id} {...input} {...(hint !== undefined && { 'aria-describedby': `${id}-hint` })} />
  </>
);

interface ChoiceProps {
  id: string;
  name: string;
  label: string;
  chosen: string;
  options: readonly (readonly [value: string, text: string])[];
  /** The label is told to screen readers only, where the place says it. */
  isBare?: boolean;
}

/** One of several. */
export const Choice = ({ id, name, label, chosen, options, isBare = false }: ChoiceProps) => (
  <>
    <label for={id} class={isBare ? 'unseen' : ''}>
      {label}
    </label>
    <select id={id} name={name}>
      {options.map(([value, text]) => (
        <option value={value} selected={value === chosen}>
          {text}
        </option>
      ))}
    </select>
  </>
);

/** A button that is a form of its own. `what` tells buttons of the same word apart. */
export const Act = ({ at, word, what, kind = 'second', children }: ActProps) => (
  <form method="post" action={at}>
    {children}
    <button class={`${kind} small`} aria-label={`${word} ${what}`}>
      {word}
    </button>
  </form>
);
interface ActProps {
  at: string;
  word: string;
  what: string;
  kind?: 'second' | 'danger';
  children?: Child;
}

/** A table, under the names of its columns; the last one's, of what can be done, is for screen readers only. */
export const Table = ({ columns, acts, children }: { columns: readonly string[]; acts?: string; children: Child }) => (
  <div class="wide" tabindex={0} role="group" aria-label={columns.join(', ')}>
    <table>
      <thead>
        <tr>
          {columns.map((name) => (
            <th scope="col">{name}</th>
          ))}
          {acts !== undefined && (
            <th scope="col">
              <span class="unseen">{acts}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);
