import type { VirtualPath } from '../model/path.ts';
import type { Entry, FileView } from './view.ts';

/** All of a folder, page by page. @throws what `FileView.list` throws */
export async function* pages(view: Pick<FileView, 'list'>, path: VirtualPath): AsyncGenerator<Entry[], undefined> {
  let after = '';
  for (;;) {
    const { entries, more } = await view.list(path, after);
    yield entries;
    after = entries.at(-1)?.name ?? '';
    if (!more || after === '') return;
  }
}
