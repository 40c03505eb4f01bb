import { columns as modelled } from '../../model/columns.ts';
import { datasets, defaultMode, type Dataset } from '../../model/dataset.ts';
import type { Language } from '../../model/tenant.ts';
import { Choice, Table, Wrong } from '../frame/fields.tsx';
import { wordsOf } from '../frame/words.ts';
import type { ShownMapping } from './facts.ts';
import type { Section } from './section.ts';

/** How the files of each dataset are read, and what they hold. */
export function Mappings(section: Section) {
  return (
    <>
      {datasets.map((dataset) => (
        <OfDataset
          {...section}
          mapping={section.mappings.find((each) => each.dataset === dataset) ?? { dataset, version: 0 }}
        />
      ))}
    </>
  );
}

function OfDataset({ mapping, words, at, mayManage, typed, reader }: Section & { mapping: ShownMapping }) {
  const { dataset, version, columns = {}, mode = defaultMode[dataset] } = mapping;
  const form = `mode-${dataset}`;
  const set = Object.entries(columns);
  return (
    <div class="box">
      <h3>
        {wordsOf(reader.language).datasets[dataset]}
        {version > 0 && <span class="soft"> {words.version(version)}</span>}
      </h3>
      {set.length === 0 ? (
        <p>{words.recognised}</p>
      ) : (
        <Table columns={[words.column, words.inFile]}>
          {set.map(([name, header]) => (
            <tr>
              <th scope="row">{labelOf(dataset, name, reader.language)}</th>
              <td>{typeof header === 'number' ? words.position(header) : header}</td>
            </tr>
          ))}
        </Table>
      )}
      {mayManage ? (
        <form method="post" action={`${at}/mode/${dataset}`}>
          <Wrong typed={typed} form={form} />
          <input type="hidden" name="version" value={String(version)} />
          <Choice
            {...{ id: form, name: 'mode', label: words.mode, chosen: mode, options: Object.entries(words.modes) }}
          />{' '}
          <button class="second">{words.save}</button>
        </form>
      ) : (
        <p>
          {words.mode} {words.modes[mode]}.
        </p>
      )}
    </div>
  );
}

/** What an accountant calls a column. */
const labelOf = (dataset: Dataset, name: string, language: Language): string =>
  modelled[dataset].find((column) => column.name === name)?.heading?.[language] ?? name;
