import { columns as datasetColumns, propertyOf } from '../../model/columns.ts';
import { datasets, type Dataset } from '../../model/dataset.ts';
import type { Language } from '../../model/tenant.ts';
import type { WebContext } from '../context.ts';
import { amount, day } from '../frame/format.ts';
import { page } from '../frame/layout.tsx';
import { Pages } from '../frame/pages.tsx';
import { Empty } from '../frame/parts.tsx';
import { wordsOf } from '../frame/words.ts';
import { rowsWords } from './words.ts';

export type Row = Readonly<Record<string, string | number | boolean | null | object>>;
export type Filters = Readonly<Record<string, string>>;

/** The columns that people look for; all of them are in the CSV. */
const shown: Readonly<Record<Dataset, readonly string[]>> = {
  clients: ['clientCode', 'name', 'city', 'email', 'phone'],
  ecritures: ['clientCode', 'pieceNumber', 'entryDate', 'dueDate', 'label', 'amount', 'balance', 'currency', 'status'],
  contacts: ['clientCode', 'lastName', 'firstName', 'email', 'phone'],
};
const sums = new Set(['amount', 'balance']);
const days = new Set(['entryDate', 'dueDate']);

interface Props {
  dataset: Dataset;
  rows: readonly Row[];
  next: string | null;
  filters: Filters;
}

export function rowsPage(c: WebContext, props: Props) {
  const { dataset, rows, next, filters } = props;
  const { language, tenant } = c.var;
  const words = rowsWords(language);
  const frame = wordsOf(language);
  const base = `/t/${tenant.id}/data`;
  const isFiltered = Object.keys(filters).length > 0;
  return page(c, {
    ...{ title: frame.datasets[dataset], tab: 'data' },
    children: (
      <>
        <h1>{frame.data}</h1>
        <nav class="tabs" aria-label={frame.data}>
          {datasets.map((one) => (
            <a href={`${base}/${one}`} {...(one === dataset && { 'aria-current': 'page' })}>
              {frame.datasets[one]}
            </a>
          ))}
        </nav>
        <p></p>
        <Filter c={c} {...props} />
        {rows.length === 0 ? (
          <Empty>
            <p>{isFiltered ? words.none : words.noneYet}</p>
            <p>
              <a href={isFiltered ? `${base}/${dataset}` : `/t/${tenant.id}`}>
                {isFiltered ? words.clear : frame.today}
              </a>
            </p>
          </Empty>
        ) : (
          <Table dataset={dataset} rows={rows} language={language} />
        )}
        <Pages c={c} next={next} />
        {rows.length > 0 && (
          <p>
            <a href={`${base}/${dataset}.csv?${new URLSearchParams(filters).toString()}`}>{words.csv}</a>
          </p>
        )}
      </>
    ),
  });
}

function Filter({ c, dataset, filters }: { c: WebContext } & Props) {
  const words = rowsWords(c.var.language);
  return (
    <form class="filter" method="get" role="search">
      <div>
        <label for="q">{words.searchIn[dataset]}</label>
        <input {...{ id: 'q', name: 'q', type: 'search', maxlength: 200, value: filters['q'] ?? '' }} />
      </div>
      <div>
        <label for="clientCode">{words.client}</label>
        <input {...{ id: 'clientCode', name: 'clientCode', maxlength: 200, value: filters['clientCode'] ?? '' }} />
      </div>
      {dataset === 'ecritures' && (
        <>
          <div>
            <label for="status">{words.status}</label>
            <select id="status" name="status">
              {Object.entries(words.statuses).map(([value, word]) => (
                <option value={value} selected={value === (filters['status'] ?? '')}>
                  {word}
                </option>
              ))}
            </select>
          </div>
          <label class="check">
            <input type="checkbox" name="overdue" value="true" checked={filters['overdue'] === 'true'} />
            {words.overdue}
          </label>
        </>
      )}
      <button class="second">{words.show}</button>
    </form>
  );
}

const Table = ({ dataset, rows, language }: { dataset: Dataset; rows: readonly Row[]; language: Language }) => (
  <div class="wide" tabindex={0}>
    <table>
      <thead>
        <tr>
          {shown[dataset].map((property) => (
            <th {...{ scope: 'col', ...(sums.has(property) && { class: 'number' }) }}>
              {labelOf(dataset, property, language)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {shown[dataset].map((property) => (
              <td {...(sums.has(property) && { class: 'number' })}>{cell(property, row[property], language)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

function labelOf(dataset: Dataset, property: string, language: Language): string {
  if (property === 'status') return rowsWords(language).status;
  const column = datasetColumns[dataset].find((one) => propertyOf(one) === property);
  return column?.heading?.[language] ?? property;
}

function cell(property: string, value: Row[string] | undefined, language: Language): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  if (sums.has(property)) return amount(language, text);
  if (days.has(property)) return day(language, text);
  return property === 'status' ? statusWord(language, text) : text;
}

function statusWord(language: Language, status: string): string {
  const { statuses } = rowsWords(language);
  return Object.hasOwn(statuses, status) ? statuses[status as keyof typeof statuses] : status;
}
