import { ArrivageError, verbatim } from '../errors.ts';
import type { FileView } from '../files/view.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Language } from '../model/tenant.ts';
import { resolvePath, root } from '../model/virtual-path.ts';
import * as files from './files.ts';
import { type HandleTable, MAX_HANDLES } from './handles.ts';
import * as paths from './paths.ts';
import { statusCode } from './protocol.ts';
import * as reply from './reply.ts';
import type { Request } from './request.ts';

/** What one SFTP channel answers from. */
export interface Scene {
  view: FileView;
  handles: HandleTable;
  language: Language;
  /** Shown as owner in listings. */
  owner: string;
  /** The server is stopping: what is open may finish, nothing new begins. */
  isStopping: () => boolean;
  /** The client shows no text of ours, but what comes on its standard error. */
  isOpenSsh: boolean;
}

type RequestOf<T extends Request['type']> = Extract<Request, { type: T }>;

/** A packet, `undefined` for a plain OK, or the end of a file or a listing. */
type Outcome = Buffer | undefined | 'end';
type Answers = { [T in Request['type']]: (scene: Scene, request: RequestOf<T>) => Promise<Outcome> | Outcome };

/** SFTP has no working folder: relative paths start at the root. */
const at = (typed: string): VirtualPath => resolvePath(root, typed);

const statAnswer = async ({ view }: Scene, { id, path }: { id: number; path: string }): Promise<Buffer> =>
  reply.attributes(id, await paths.statPath(view, at(path)));

const answers: Answers = {
  async open({ view, handles, isStopping }, { id, path, flags }) {
    if (isStopping()) throw new ArrivageError('shutting_down');
    return reply.handle(id, await files.openFile(view, handles, at(path), flags));
  },
  close: ({ handles }, { handle }) => done(files.closeFile(handles, handle)),
  read: async ({ handles }, request) => (await files.readFile(handles, request)) ?? 'end',
  write: ({ handles }, request) => done(files.writeFile(handles, request)),
  fsync: ({ handles }, { handle }) => done(files.syncFile(handles, handle)),
  fstat: async ({ handles }, { id, handle }) => reply.attributes(id, await files.statHandle(handles, handle)),
  fsetstat: ({ handles }, { handle, attributes }) => done(files.setHandle(handles, handle, attributes)),
  stat: statAnswer,
  lstat: statAnswer,
  setstat: ({ view, handles }, { path, attributes }) => done(paths.setPath(view, handles, at(path), attributes)),
  opendir: async ({ view, handles }, { id, path }) => reply.handle(id, await paths.openFolder(view, handles, at(path))),
  async readdir({ view, handles, owner }, { id, handle }) {
    const names = await paths.readFolder(view, handles, handle, owner);
    return names ? reply.names(id, names) : 'end';
  },
  mkdir: ({ view }, { path }) => done(view.makeFolder(at(path))),
  rmdir: ({ view }, { path }) => done(view.removeFolder(at(path))),
  remove: ({ view }, { path }) => done(view.remove(at(path))),
  rename: ({ view }, { from, to, overwrite }) => done(view.rename(at(from), at(to), { exclusive: !overwrite })),
  realpath: (_, { id, path }) => reply.names(id, [paths.realPath(at(path))]),
  readlink(_, { path }) {
    throw new ArrivageError('not_found', { path: at(path) });
  },
  statvfs: async ({ view }, { id }) => reply.space(id, await view.space()),
  checkHandle: async ({ view, handles }, request) =>
    reply.hash(request.id, await paths.checkFile(view, handles.download(request.handle).path, request), request.named),
  checkName: async ({ view }, request) =>
    reply.hash(request.id, await paths.checkFile(view, at(request.path), request), false),
  limits: (_, { id }) => reply.limits(id, MAX_HANDLES),
  unsupported(_, { what }) {
    throw new ArrivageError('unsupported', { what: verbatim(what) });
  },
  broken({ handles }, request) {
    files.spoil(handles, request);
    throw request.error;
  },
};

async function done(work: Promise<void>): Promise<undefined> {
  await work;
}

const OK = { fr: 'Terminé.', en: 'Done.' };
const END = { fr: 'Fin.', en: 'End.' };

/** One request → its reply packet. @throws ArrivageError, and whatever else the view throws: see `refusal` */
export async function answer(scene: Scene, request: Request): Promise<Buffer> {
  const respond = answers[request.type] as (scene: Scene, request: Request) => Promise<Outcome> | Outcome;
  const outcome = await respond(scene, request);
  const { language } = scene;
  if (outcome === undefined) return reply.status(request.id, statusCode.ok, OK[language], language);
  if (outcome === 'end') return reply.status(request.id, statusCode.endOfFile, END[language], language);
  return outcome;
}

/** The status that tells the client why, in its language. */
export function refusal(id: number, error: ArrivageError, language: Language): Buffer {
  return reply.status(id, error.entry.sftp, error.text(language), language);
}
