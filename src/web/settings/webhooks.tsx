import type { StoredEventType } from '../../model/stored-event.ts';
import { Act, Field, Table, valueIn, Wrong } from '../frame/fields.tsx';
import { Empty, Moment } from '../frame/parts.tsx';
import type { Delivery, Webhook } from './facts.ts';
import type { ManagedSection, Section } from './section.ts';
import type { SettingsWords } from './words.ts';

/** Which programs are told, and what came of it. */
export function Webhooks(section: ManagedSection) {
  const { managed, words, at, typed } = section;
  return (
    <>
      {managed.webhooks.length === 0 && (
        <Empty>
          <p>{words.noWebhooks}</p>
        </Empty>
      )}
      {managed.webhooks.map((webhook) => (
        <OfWebhook {...section} webhook={webhook} />
      ))}
      <form class="box" method="post" action={`${at}/webhooks`}>
        <h3>{words.addWebhook}</h3>
        <Wrong typed={typed} form="webhooks" />
        <Field
          {...{ id: 'url', name: 'url', type: 'url', label: words.url, hint: words.urlHint, required: true }}
          {...{ maxlength: 2000, value: valueIn(typed, 'webhooks', 'url') }}
        />
        <p></p>
        <button>{words.addWebhook}</button>
      </form>
    </>
  );
}

function OfWebhook({ webhook, words, at, reader }: Section & { webhook: Webhook }) {
  const { id, url, types, enabled, deliveries } = webhook;
  return (
    <div class="box">
      <div class="head">
        <h3>{url}</h3>
        <Act at={`${at}/webhooks/${id}/remove`} word={words.remove} what={url} kind="danger" />
      </div>
      <p>
        {!enabled && <strong class="bad">✕ {words.off} </strong>}
        {types.length === 0 ? words.allEvents : types.map((type) => eventIn(type, words)).join(', ')}
      </p>
      <h4>{words.deliveries}</h4>
      {deliveries.length === 0 ? (
        <p class="soft">{words.noDeliveries}</p>
      ) : (
        <Table columns={[words.event, words.made, words.outcome]}>
          {deliveries.map((delivery) => (
            <tr>
              <td>{eventIn(delivery.type, words)}</td>
              <td>
                <Moment at={delivery.createdAt} reader={reader} />
              </td>
              <td>
                <Outcome delivery={delivery} words={words} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </div>
  );
}

const shapes = { pending: ['◌', 'now'], delivered: ['●', 'good'], failed: ['✕', 'bad'] } as const;

function Outcome({ delivery: { state, attempts }, words }: { delivery: Delivery; words: SettingsWords }) {
  const last = attempts.at(-1);
  return (
    <>
      <span class={`state ${shapes[state][1]}`}>
        <span aria-hidden="true">{shapes[state][0]}</span> {words.states[state]}
      </span>{' '}
      <span class="soft">
        {words.attempts(attempts.length)}
        {last && ` · ${last.status === null ? (last.error ?? '') : words.answered(last.status)}`}
      </span>
    </>
  );
}

/** A test is an event of no type that is stored. */
const eventIn = (type: string, { events }: SettingsWords): string =>
  Object.hasOwn(events, type) ? events[type as StoredEventType] : type;
