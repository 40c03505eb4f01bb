import type { VirtualPath } from '../model/path.ts';
import type { FileView } from './view.ts';

/** Keeps on record what a session took and changed; what it sent is on record as uploads. */
export function auditedFiles(
  view: FileView,
  note: (action: string, detail: Record<string, unknown>) => void,
): FileView {
  const change =
    (action: string, work: (path: VirtualPath) => Promise<void>) =>
    async (path: VirtualPath): Promise<void> => {
      await work(path);
      note(action, { path });
    };
  return {
    ...view,
    async open(path) {
      const file = await view.open(path);
      note('file.get', { path });
      return file;
    },
    async rename(from, to, options) {
      await view.rename(from, to, options);
      note('file.rename', { path: from, to });
    },
    remove: change('file.delete', (path) => view.remove(path)),
    makeFolder: change('folder.make', (path) => view.makeFolder(path)),
    removeFolder: change('folder.delete', (path) => view.removeFolder(path)),
  };
}
