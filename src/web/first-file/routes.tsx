import { Hono } from 'hono';
import type { SyncShape } from '../../api/contract/sync-schema.ts';
import type { PreviewShape } from '../../api/routes/previews.ts';
import type { UploadShape } from '../../api/routes/uploads.ts';
import { ArrivageError } from '../../errors.ts';
import { datasets, type Dataset } from '../../model/dataset.ts';
import type { Mapping, VersionedMapping } from '../../model/mapping.ts';
import { ask, Refused, request, type Problem } from '../ask.ts';
import { may, type WebContext, type WebEnv, type WebRouter } from '../context.ts';
import { formOf } from '../form.ts';
import { readerOf } from '../reader.ts';
import { chosenOf } from './chosen.ts';
import { columnsPage } from './columns.tsx';
import { factsOf, openLooks } from './facts.ts';
import { eachFileOf, MOST_FILES } from './files-of-form.ts';
import { meaningsOf } from './meanings.ts';
import { firstFilePage } from './page.tsx';
import { firstFileWords } from './words.ts';

/** From the first file to a tenant that is live: files, their columns, a trial. */
export function firstFileRoutes(): WebRouter {
  const app = new Hono<WebEnv>();
  const looks = openLooks();

  const again = async (c: WebContext, status: number, wrong: readonly string[], taken = 0) =>
    firstFilePage(c, { ...(await factsOf(c, looks)), wrong, taken }, status);

  app.get('/first-file', async (c) => firstFilePage(c, await factsOf(c, looks)));

  app.post('/first-file/files', async (c) => {
    const words = firstFileWords(c.var.language);
    const { id, role } = c.var.tenant;
    if (!may(role, 'sync')) throw new ArrivageError('no_such_resource');
    const refused: { name: string; problem: Problem }[] = [];
    let taken = 0;
    const { isWhole } = await eachFileOf(c, async ({ name, body }) => {
      try {
        await ask(c, `/tenants/${id}/uploads/${encodeURIComponent(name)}`, { method: 'PUT', body });
        taken++;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused.push({ name, problem: error.problem });
      }
    });
    const wrong = [
      ...refused.map(({ name, problem }) => words.notTaken(name, problem.detail)),
      ...(isWhole ? [] : [words.tooMany(MOST_FILES)]),
    ];
    if (wrong.length > 0) return again(c, refused[0]?.problem.status ?? 422, wrong, taken);
    return taken === 0 ? again(c, 422, [words.chooseOne]) : c.redirect(`/t/${id}/first-file`, 303);
  });

  app.post('/first-file/try', async (c) => {
    const { id, role } = c.var.tenant;
    if (!may(role, 'sync')) throw new ArrivageError('no_such_resource');
    const uploads = ((await formOf(c))['upload'] ?? '').split(',').filter((one) => one !== '');
    if (uploads.length === 0) return again(c, 422, [firstFileWords(c.var.language).tryNothing]);
    try {
      const body = { dryRun: true, again: uploads };
      const sync = await ask<SyncShape>(c, `/tenants/${id}/syncs`, { method: 'POST', body });
      return c.redirect(`/t/${id}/syncs/${sync.id}`, 303);
    } catch (error) {
      if (!(error instanceof Refused) || ![403, 409, 422].includes(error.problem.status)) throw error;
      return again(c, error.problem.status, [error.problem.detail]);
    }
  });

  // It is the trial on the page that is validated: where another was made, or a file came, nothing is done.
  app.post('/first-file/live', async (c) => {
    const { id } = c.var.tenant;
    if (!c.var.viewer.isOperator) throw new ArrivageError('no_such_resource');
    const { sync } = await formOf(c);
    const [syncs, waiting, tenant] = await Promise.all([
      ask<{ items: SyncShape[] }>(c, `/tenants/${id}/syncs?limit=1`),
      ask<{ items: UploadShape[] }>(c, `/tenants/${id}/uploads?limit=1&state=waiting`),
      request(c, `/tenants/${id}`),
    ]);
    const [latest] = syncs.items;
    const isAsSeen = String(latest?.id) === sync && latest?.state === 'dry_run' && waiting.items.length === 0;
    const stale = () => again(c, 412, [firstFileWords(c.var.language).stale]);
    if (!isAsSeen || c.var.tenant.state !== 'validation') return stale();
    try {
      const headers = { 'if-match': tenant.headers.get('etag') ?? '' };
      await ask(c, `/tenants/${id}`, { method: 'PATCH', body: { state: 'live' }, headers });
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 412) return stale();
      throw error;
    }
    return c.redirect(`/t/${id}`, 303);
  });

  app.get('/first-file/columns/:upload', async (c) => {
    const { upload, at } = await uploadOf(c);
    const asked = datasetIn(c.req.query('dataset'));
    const found = await ask<PreviewShape>(c, `${at}/preview`);
    const own = found.dataset === 'fec' ? 'ecritures' : found.dataset;
    const dataset = asked ?? own;
    const { mapping, etag } = await inForce(c, dataset);
    const isOther = dataset !== own && may(c.var.tenant.role, 'manage');
    const preview = isOther ? await previewOf(c, at, dataset, mapping) : found;
    return columnsPage(c, { preview, dataset, mapping, etag, name: nameOf(upload), reader: readerOf(c) });
  });

  app.post('/first-file/columns/:upload', async (c) => {
    if (!may(c.var.tenant.role, 'manage')) throw new ArrivageError('no_such_resource');
    const words = firstFileWords(c.var.language);
    const { upload, at } = await uploadOf(c);
    const form = await formOf(c);
    const dataset = datasetIn(form['dataset']);
    if (!dataset) throw new ArrivageError('no_such_resource');
    const { columns, twice } = chosenOf(form, meaningsOf(dataset, c.var.language));
    const current = await inForce(c, dataset);
    const mapping = withChoices(current.mapping, { ...form }, columns);
    const preview = await previewOf(c, at, dataset, mapping);
    const facts = { preview, dataset, mapping, etag: form['etag'] ?? '', name: nameOf(upload), reader: readerOf(c) };
    if (twice.length > 0) {
      const wrong = twice.map(({ meaning, headers }) => words.twice(meaning, headers.join(', ')));
      return columnsPage(c, { ...facts, wrong }, 422);
    }
    if (form['act'] !== 'save') return columnsPage(c, facts);
    if (preview.refusal) return columnsPage(c, { ...facts, wrong: [preview.refusal.message] }, 422);
    try {
      const body = claimed(mapping, preview, dataset, nameOf(upload));
      const headers = { 'if-match': facts.etag };
      await ask(c, `/tenants/${c.var.tenant.id}/mappings/${dataset}`, { method: 'PUT', body, headers });
    } catch (error) {
      if (!(error instanceof Refused) || ![412, 422].includes(error.problem.status)) throw error;
      const isStale = error.problem.status === 412;
      const wrong = [isStale ? words.staleMapping : error.problem.detail];
      return columnsPage(c, { ...facts, ...(isStale && { etag: current.etag }), wrong }, error.problem.status);
    }
    return c.redirect(`/t/${c.var.tenant.id}/first-file`, 303);
  });
  return app;
}

const datasetIn = (text: string | undefined): Dataset | undefined => datasets.find((one) => one === text);
const nameOf = ({ path }: UploadShape): string => path.replace(/^\//, '');

async function uploadOf(c: WebContext): Promise<{ upload: UploadShape; at: string }> {
  const at = `/tenants/${c.var.tenant.id}/uploads/${encodeURIComponent(c.req.param('upload') ?? '')}`;
  return { upload: await ask<UploadShape>(c, at), at };
}

const previewOf = (c: WebContext, at: string, dataset: Dataset, mapping: Mapping) =>
  ask<PreviewShape>(c, `${at}/preview`, { method: 'POST', body: { dataset, mapping } });

/** The mapping in force, and its ETag. */
async function inForce(c: WebContext, of: Dataset): Promise<{ mapping: Mapping; etag: string }> {
  const answer = await request(c, `/tenants/${c.var.tenant.id}/mappings/${of}`);
  const { dataset: _dataset, version: _version, ...mapping } = (await answer.json()) as VersionedMapping;
  return { mapping, etag: answer.headers.get('etag') ?? '' };
}

/** What is in force, with what was chosen; what the form does not show stays. */
function withChoices(
  current: Mapping,
  form: Record<string, string>,
  columns: NonNullable<Mapping['columns']>,
): Mapping {
  const { dateOrder: _order, decimalMark: _mark, mode: _mode, ...others } = current;
  const chosen = ['dateOrder', 'decimalMark', 'mode'].flatMap((name) => (form[name] ? [[name, form[name]]] : []));
  return { ...others, columns, ...(Object.fromEntries(chosen) as Pick<Mapping, 'dateOrder' | 'decimalMark' | 'mode'>) };
}

/**
 * Where an import would take the file for something else, or could not tell since a column has no name of its own, the
 * mapping claims the file by its name.
 */
function claimed(mapping: Mapping, { identified }: PreviewShape, dataset: Dataset, name: string): Mapping {
  const isOther = identified !== 'unknown' && identified !== dataset && identified !== 'fec';
  const goesByPlace = Object.values(mapping.columns ?? {}).some((place) => typeof place === 'number');
  if (!isOther && !goesByPlace) return mapping;
  const pattern = name.replace(/[*?]/g, '?');
  return { ...mapping, files: [...new Set([...(mapping.files ?? []), pattern])] };
}
