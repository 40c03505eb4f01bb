import type { Child } from 'hono/jsx';
import { Activity } from '../activity/table.tsx';
import { may, type WebContext } from '../context.ts';
import { Choice, Field, valueIn, Wrong } from '../frame/fields.tsx';
import { share } from '../frame/format.ts';
import { page } from '../frame/layout.tsx';
import { Facts } from '../frame/parts.tsx';
import { peopleWords } from '../people/words.ts';
import type { TenantState } from '../../model/tenant.ts';
import { Keys } from './keys.tsx';
import { Mappings } from './mappings.tsx';
import { People } from './people.tsx';
import { Recipients } from './recipients.tsx';
import type { Props, Section } from './section.ts';
import { Webhooks } from './webhooks.tsx';
import { settingsWords } from './words.ts';

export function settingsPage(c: WebContext, props: Props, status?: number) {
  const { tenant, viewer } = c.var;
  const { managed, reader, typed } = props;
  const words = settingsWords(reader.language);
  const section: Section = {
    ...{ ...props, words, at: `/t/${tenant.id}/settings`, mayManage: may(tenant.role, 'manage') },
  };
  const sections: (readonly [id: string, title: string, content: Child])[] = [
    ['identity', words.identity, <Identity {...section} />],
    ['guard', words.guard, <Guard {...section} />],
    ['mappings', words.mappings, <Mappings {...section} />],
  ];
  if (managed)
    sections.push(
      ['people', words.people, <People {...section} managed={managed} isOperator={viewer.isOperator} />],
      ['recipients', words.recipients, <Recipients {...section} managed={managed} />],
      ['webhooks', words.webhooks, <Webhooks {...section} managed={managed} />],
      ['keys', words.keys, <Keys {...section} managed={managed} />],
      ['activity', words.activity, <Activity entries={managed.activity} reader={reader} />],
    );
  if (viewer.isOperator) sections.push(['state', words.state, <State {...section} />]);
  return page(c, {
    ...{ title: words.title, tab: 'settings', isError: typed !== undefined, ...(status !== undefined && { status }) },
    children: (
      <>
        <h1>{words.title}</h1>
        <nav class="acts" aria-label={words.onThisPage}>
          {sections.map(([id, title]) => (
            <a href={`#${id}`}>{title}</a>
          ))}
        </nav>
        {sections.map(([id, title, content]) => (
          <section aria-labelledby={id}>
            <h2 id={id}>{title}</h2>
            {content}
          </section>
        ))}
        {!managed && <p class="soft">{words.onlyManagers}</p>}
      </>
    ),
  });
}

function Identity({ settings, words, at, mayManage, typed, reader }: Section) {
  const { name, language, trigger } = settings;
  const { languages } = peopleWords(reader.language);
  if (!mayManage)
    return (
      <Facts
        facts={[
          [words.name, name],
          [words.language, languages[language]],
          [words.trigger, words.triggers[trigger]],
        ]}
      />
    );
  const value = (field: string, stored: string) => valueIn(typed, 'identity', field, stored);
  return (
    <form class="box" method="post" action={`${at}/identity`}>
      <Wrong typed={typed} form="identity" />
      <Field
        {...{ id: 'name', name: 'name', label: words.name, required: true, maxlength: 200 }}
        value={value('name', name)}
      />
      <Choice
        {...{ id: 'language', name: 'language', label: words.language, options: Object.entries(languages) }}
        chosen={value('language', language)}
      />
      <Choice
        {...{ id: 'trigger', name: 'trigger', label: words.trigger, options: Object.entries(words.triggers) }}
        chosen={value('trigger', trigger)}
      />
      <p></p>
      <button>{words.save}</button>
    </form>
  );
}

/** A share as people type it, in per cent: without the crumbs of binary numbers. */
const percent = (value: number): string => String(Number((value * 100).toFixed(4)));

function Guard({ settings, words, at, mayManage, typed, reader }: Section) {
  const limits = [
    ['guardSettle', words.settle, words.settleLabel],
    ['guardRows', words.rows, words.rowsLabel],
  ] as const;
  if (!mayManage)
    return (
      <>
        {limits.map(([field, [before, after]]) => (
          <p>
            {before} {share(reader.language, settings[field]).replace(/\s*%$/, '')} {after}
          </p>
        ))}
      </>
    );
  return (
    <form class="box" method="post" action={`${at}/guard`}>
      <Wrong typed={typed} form="guard" />
      <p class="soft">{words.guardHint}</p>
      {limits.map(([field, [before, after], label]) => (
        <p>
          {before}{' '}
          <input
            {...{ class: 'short', id: field, name: field, type: 'number', min: 0, max: 100, step: 'any' }}
            {...{ required: true, 'aria-label': label }}
            value={valueIn(typed, 'guard', field, percent(settings[field]))}
          />{' '}
          {after}
        </p>
      ))}
      <button>{words.save}</button>
    </form>
  );
}

const steps: Readonly<Record<TenantState, readonly TenantState[]>> = {
  validation: ['live', 'suspended'],
  live: ['suspended', 'validation'],
  suspended: ['live', 'validation'],
};

function State({ settings: { state }, words, at }: Section) {
  return (
    <div class="box">
      <p>{words.tenantStates[state]}</p>
      <div class="acts">
        {steps[state].map((to) => (
          <form method="post" action={`${at}/state`}>
            <input type="hidden" name="state" value={to} />
            <button class={to === 'suspended' ? 'danger' : 'second'}>{words.toState[to]}</button>
          </form>
        ))}
        <a href={`${at}/delete`}>{words.delete}</a>
      </div>
    </div>
  );
}
