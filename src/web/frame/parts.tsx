import type { Child } from 'hono/jsx';
import type { SyncState, UploadState } from '../../model/states.ts';
import type { Language } from '../../model/tenant.ts';
import { ago, moment } from './format.ts';
import { wordsOf } from './words.ts';

/** What a reader needs for times and numbers: language, zone, and when it is now (milliseconds since 1970). */
export interface Reader {
  language: Language;
  timeZone: string;
  now: number;
}

/** A moment as people say it; whole on hover, and for machines. */
export const Moment = ({ at, reader }: { at: string; reader: Reader }) => (
  <time datetime={at} title={moment(reader.language, at, reader.timeZone)}>
    {ago(reader.language, at, reader.now)}
  </time>
);

/** The shape that stands beside the word of a state, so that no colour says it alone. */
const shapes: Readonly<Record<SyncState | UploadState, readonly [shape: string, tone: string]>> = {
  queued: ['◌', 'now'],
  running: ['◐', 'now'],
  applied: ['●', 'good'],
  unchanged: ['●', 'good'],
  dry_run: ['○', 'plain'],
  held: ['⚑', 'decide'],
  failed: ['✕', 'bad'],
  discarded: ['–', 'plain'],
  waiting: ['◌', 'now'],
  gathered: ['●', 'good'],
  superseded: ['–', 'plain'],
  unrecognised: ['◇', 'decide'],
  quarantined: ['◇', 'decide'],
  ignored: ['–', 'plain'],
  done_file: ['–', 'plain'],
};

const Shape = ({ state, word }: { state: SyncState | UploadState; word: string }) => (
  <span class={`state ${shapes[state][1]}`}>
    <span aria-hidden="true">{shapes[state][0]}</span> {word}
  </span>
);

/** The state of a sync: its shape and its word. */
export const OfSync = ({ state, language }: { state: SyncState; language: Language }) => (
  <Shape state={state} word={wordsOf(language).states[state]} />
);

/** The state of an upload. */
export const OfUpload = ({ state, language }: { state: UploadState; language: Language }) => (
  <Shape state={state} word={wordsOf(language).uploadStates[state]} />
);

/** A list of name and value. */
export const Facts = ({ facts }: { facts: readonly (readonly [string, Child])[] }) => (
  <dl class="facts">
    {facts.map(([name, value]) => (
      <div>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** A line to copy: it can be selected where a browser gives no clipboard. */
export const ToCopy = ({ text, language, id }: { text: string; language: Language; id: string }) => (
  <div class="copy">
    <code id={id} tabindex={0}>
      {text}
    </code>
    <button type="button" class="small" data-copy={id} hidden>
      {wordsOf(language).copy}
    </button>
  </div>
);

/** Why there is nothing, and what to do. */
export const Empty = ({ children }: { children?: Child }) => <div class="empty">{children}</div>;

/** A part of a page that is asked for again while somebody looks: every so many milliseconds, at its own address. */
export const Live = ({ id, every, children }: { id: string; every: number | undefined; children?: Child }) => (
  <div id={id} {...(every !== undefined && { 'data-live': String(every) })}>
    {children}
  </div>
);

/** What was wrong, where the reader's focus goes: a line for each; nothing where nothing was. */
export const WhatWasWrong = ({ lines }: { lines: readonly string[] }) =>
  lines.length === 0 ? (
    <></>
  ) : (
    <div class="wrong" id="wrong" tabindex={-1} role="alert">
      {lines.map((line) => (
        <p>{line}</p>
      ))}
    </div>
  );
