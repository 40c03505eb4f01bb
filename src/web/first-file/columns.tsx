import { WhatWasWrong } from '../frame/parts.tsx';
import type { PreviewShape } from '../../api/routes/previews.ts';
import { datasets, type Dataset } from '../../model/dataset.ts';
import type { Mapping } from '../../model/mapping.ts';
import { may, type WebContext } from '../context.ts';
import { amount, day } from '../frame/format.ts';
import { page } from '../frame/layout.tsx';
import type { Reader } from '../frame/parts.tsx';
import { wordsOf } from '../frame/words.ts';
import { meaningsOf, type Meaning } from './meanings.ts';
import { formatText } from './page.tsx';
import { firstFileWords, type FirstFileWords } from './words.ts';

/** Columns that a grid has at most; a ledger has some thirty. */
const MOST_COLUMNS = 100;

export interface ColumnsFacts {
  preview: PreviewShape;
  /** The file's name. */
  name: string;
  /** The dataset whose columns there are to choose from. */
  dataset: Dataset;
  mapping: Mapping;
  /** The mapping that was in force when the page was made. */
  etag: string;
  reader: Reader;
  wrong?: readonly string[];
}

/** The first rows of a file, with what each of its columns is. */
export function columnsPage(c: WebContext, facts: ColumnsFacts, status?: number) {
  const { preview, name, dataset, reader, wrong } = facts;
  const words = firstFileWords(reader.language);
  const at = `/t/${c.var.tenant.id}/first-file`;
  const title = words.columnsOf(name);
  return page(c, {
    ...{ title, isError: wrong !== undefined, ...(status !== undefined && { status }) },
    children: (
      <>
        <h1>{title}</h1>
        <p class="soft">
          {words.step(2, words.columns)} · {words.nextStep(words.check)} · <a href={at}>{words.back}</a>
        </p>
        <WhatWasWrong lines={wrong ?? []} />
        <form class="filter" method="get">
          <div>
            <label for="dataset">{words.holdsLabel}</label>
            <select id="dataset" name="dataset">
              {datasets.map((one) => (
                <option value={one} selected={one === dataset}>
                  {wordsOf(reader.language).datasets[one]}
                </option>
              ))}
            </select>
          </div>
          <button class="second">{words.change}</button>
        </form>
        <p>
          {words.readAs} : {formatText(preview)}
        </p>
        {preview.dataset === 'fec' ? (
          <>
            <p>● {words.legal}</p>
            <Grid words={words} {...facts} />
          </>
        ) : (
          <Form c={c} words={words} {...facts} />
        )}
      </>
    ),
  });
}

function Form({ c, words, ...facts }: { c: WebContext; words: FirstFileWords } & ColumnsFacts) {
  const { preview, dataset, mapping, etag, reader } = facts;
  const mayChoose = may(c.var.tenant.role, 'manage');
  const meanings = meaningsOf(dataset, reader.language);
  return (
    <form method="post">
      <input type="hidden" name="dataset" value={dataset} />
      <input type="hidden" name="etag" value={etag} />
      <Missing words={words} preview={preview} meanings={meanings} />
      <Grid words={words} meanings={mayChoose ? meanings : undefined} {...facts} />
      {mayChoose ? (
        <>
          <div class="filter">
            <Choice id="dateOrder" label={words.dateOrder} choices={words.orders} value={mapping.dateOrder} />
            <Choice id="decimalMark" label={words.decimalMark} choices={words.marks} value={mapping.decimalMark} />
            <Choice id="mode" label={words.mode} choices={words.modes} value={mapping.mode} />
          </div>
          <p class="acts">
            <button class="second" name="act" value="preview">
              {words.preview}
            </button>
            <button name="act" value="save" aria-describedby="save-hint">
              {words.save}
            </button>
            <span id="save-hint" class="soft">
              {words.saveHint}
            </span>
          </p>
        </>
      ) : (
        <p>{words.onlyManagers}</p>
      )}
    </form>
  );
}

const Choice = (props: { id: string; label: string; choices: Record<string, string>; value: string | undefined }) => (
  <div>
    <label for={props.id}>{props.label}</label>
    <select id={props.id} name={props.id}>
      {Object.entries(props.choices).map(([value, text]) => (
        <option value={value} selected={value === (props.value ?? '')}>
          {text}
        </option>
      ))}
    </select>
  </div>
);

/** What the file must have and no column is, each a link to the first column that is nothing yet. */
function Missing({
  words,
  preview,
  meanings,
}: {
  words: FirstFileWords;
  preview: PreviewShape;
  meanings: readonly Meaning[];
}) {
  const { missing, refusal, refused, sampled } = preview;
  const label = (name: string) => meanings.find((each) => each.name === name)?.label ?? name;
  const taken = new Set(Object.values(preview.columns));
  const free = placesOf(preview).find((place) => !taken.has(place)) ?? 1;
  if (missing.length > 0)
    return (
      <div class="box">
        <p class="state decide">⚑ {words.missing}</p>
        <ul>
          {missing.map((sets) => (
            <li>
              <a href={`#c${free}`}>{sets.map((set) => set.map(label).join(words.and)).join(words.or)}</a>
            </li>
          ))}
        </ul>
        <p>{words.silent}</p>
      </div>
    );
  if (refusal)
    return (
      <div class="box">
        <p class="state decide">⚑ {refusal.message}</p>
      </div>
    );
  return <p>{words.sampled(refused, sampled)}</p>;
}

const placesOf = ({ format, rows }: PreviewShape): number[] => {
  const count = Math.max(format.header.length, ...rows.map(({ cells }) => cells.length));
  return Array.from({ length: count }, (_, i) => i + 1);
};

interface GridProps extends ColumnsFacts {
  words: FirstFileWords;
  /** Undefined: nothing may be chosen. */
  meanings?: readonly Meaning[] | undefined;
}

function Grid({ words, preview, dataset, meanings, mapping, reader }: GridProps) {
  const all = placesOf(preview);
  const places = all.slice(0, MOST_COLUMNS);
  const meant = new Map(Object.entries(preview.columns).map(([name, place]) => [place, name]));
  const labels = new Map(meaningsOf(dataset, reader.language).map((each) => [each.name, each]));
  return (
    <>
      {all.length > places.length && <p class="soft">{words.onlyFirst(places.length, all.length)}</p>}
      {meanings &&
        all.slice(MOST_COLUMNS).flatMap((place) => {
          const name = meant.get(place);
          return name === undefined
            ? []
            : [<Kept place={place} header={preview.format.header[place - 1]} name={name} />];
        })}
      <div class="wide">
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">{words.line}</th>
              {places.map((place) => {
                const header = preview.format.header[place - 1]?.trim() ?? '';
                const shown = header === '' ? words.noHeader(place) : header;
                const name = meant.get(place);
                return (
                  <th scope="col">
                    {shown}
                    {meanings ? (
                      <>
                        <input type="hidden" name={`h${place}`} value={preview.format.header[place - 1] ?? ''} />
                        <Select place={place} label={words.meaning(shown)} {...{ meanings, name, words }} />
                      </>
                    ) : (
                      <div class="soft">{name === undefined ? '–' : (labels.get(name)?.label ?? name)}</div>
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row) => (
              <GridRow {...{ row, places, meant, labels, reader, preview, mapping }} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const Kept = ({ place, header = '', name }: { place: number; header: string | undefined; name: string }) => (
  <>
    <input type="hidden" name={`h${place}`} value={header} />
    <input type="hidden" name={`c${place}`} value={name} />
  </>
);

interface SelectProps {
  place: number;
  label: string;
  meanings: readonly Meaning[];
  name: string | undefined;
  words: FirstFileWords;
}

function Select({ place, label, meanings, name, words }: SelectProps) {
  const options = (some: readonly Meaning[]) =>
    some.map((each) => (
      <option value={each.name} selected={each.name === name}>
        {each.label}
      </option>
    ));
  return (
    <select id={`c${place}`} name={`c${place}`} aria-label={label}>
      <option value="">{words.none}</option>
      <optgroup label={words.required}>{options(meanings.filter(({ isRequired }) => isRequired))}</optgroup>
      <optgroup label={words.others}>{options(meanings.filter(({ isRequired }) => !isRequired))}</optgroup>
    </select>
  );
}

interface GridRowProps {
  row: PreviewShape['rows'][number];
  places: readonly number[];
  meant: ReadonlyMap<number, string>;
  labels: ReadonlyMap<string, Meaning>;
  reader: Reader;
  preview: PreviewShape;
}

/** A row as it stands in the file; what is refused has its reason in the cell, or beside the line where no cell is to blame. */
function GridRow({ row, places, meant, labels, reader, preview }: GridRowProps) {
  const { line, cells, stored, findings } = row;
  const isPlaced = ({ column }: (typeof findings)[number]) =>
    column !== null && (preview.columns[column] ?? Infinity) <= places.length;
  return (
    <tr>
      <th scope="row">
        {line}
        {findings
          .filter((each) => !isPlaced(each))
          .map(({ message }) => (
            <div class="field-wrong">✕ {message}</div>
          ))}
      </th>
      {places.map((place) => {
        const name = meant.get(place);
        const raw = cells[place - 1] ?? '';
        const here = findings.filter((each) => each.column !== null && each.column === name);
        const read = name === undefined ? undefined : shownAs(labels.get(name), stored?.[name], reader);
        return (
          <td>
            {here.map(({ message }) => (
              <div class="field-wrong">✕ {message}</div>
            ))}
            {raw}
            {read !== undefined && read !== raw.trim() && <div class="soft">→ {read}</div>}
          </td>
        );
      })}
    </tr>
  );
}

/** A stored value as its reader writes it. */
function shownAs(meaning: Meaning | undefined, value: string | null | undefined, { language }: Reader) {
  if (value === null || value === undefined) return undefined;
  if (meaning?.readAs === 'date' && /^\d{4}-\d\d-\d\d$/.test(value)) return day(language, value);
  return meaning?.readAs === 'amount' ? amount(language, value) : value;
}
