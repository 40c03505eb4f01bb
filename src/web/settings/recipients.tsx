import { Act, Choice, Field, Table, valueIn, Wrong } from '../frame/fields.tsx';
import { Empty } from '../frame/parts.tsx';
import { peopleWords } from '../people/words.ts';
import type { ManagedSection } from './section.ts';

/** Who is told by e-mail. */
export function Recipients({ managed, settings, words, at, typed, reader }: ManagedSection) {
  const told = peopleWords(reader.language);
  const value = (field: string, stored = '') => valueIn(typed, 'recipients', field, stored);
  return (
    <>
      {managed.recipients.length === 0 ? (
        <Empty>
          <p>{words.noRecipients}</p>
        </Empty>
      ) : (
        <Table columns={[told.email, told.language, words.digest]} acts={words.remove}>
          {managed.recipients.map(({ email, language, digest }) => (
            <tr>
              <th scope="row">{email}</th>
              <td>{told.languages[language]}</td>
              <td>{digest ? words.digestYes : words.digestNo}</td>
              <td>
                <Act at={`${at}/recipients/remove`} word={words.remove} what={email} kind="danger">
                  <input type="hidden" name="email" value={email} />
                </Act>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <form class="box" method="post" action={`${at}/recipients`}>
        <h3>{words.addRecipient}</h3>
        <Wrong typed={typed} form="recipients" />
        <Field
          {...{ id: 'recipient-email', name: 'email', type: 'email', label: told.email, autocomplete: 'off' }}
          {...{ required: true, maxlength: 254, value: value('email') }}
        />
        <Choice
          {...{ id: 'recipient-language', name: 'language', label: told.language }}
          {...{ options: Object.entries(told.languages), chosen: value('language', settings.language) }}
        />
        <p></p>
        <label class="check">
          <input type="checkbox" name="digest" value="yes" checked={value('digest') === 'yes'} />
          {words.digest}
        </label>
        <p></p>
        <button>{words.addRecipient}</button>
      </form>
    </>
  );
}
