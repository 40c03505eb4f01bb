import { beforeEach, describe, expect, it } from 'vitest';
import { uploads } from '../../src/db/schema/tables.ts';
import type { FileView, Inbound, ReceiveMode } from '../../src/files/view.ts';
import { resolvePath, root } from '../../src/model/virtual-path.ts';
import { type TestDepot, addTenant, filesOf, sharedDatabase, testDepot } from '../support/server.ts';

/** A client that opens a file without cutting it, or goes on behind it: what becomes of the bytes that were there. */

const database = sharedDatabase();
const path = resolvePath(root, '/ecritures.csv');
const update: ReceiveMode = { kind: 'update' };
let depot: TestDepot;
let files: FileView;

beforeEach(async () => {
  depot = await testDepot({ database: database() });
  files = filesOf(depot, await addTenant(depot));
  await send({ kind: 'replace' }, ['0123456789', 0]);
});

type Piece = [text: string, position?: number] | ((inbound: Inbound) => Promise<void>);

async function send(mode: ReceiveMode, ...pieces: Piece[]): Promise<void> {
  const inbound = await files.receive(path, mode);
  for (const piece of pieces)
    await (typeof piece === 'function' ? piece(inbound) : inbound.write(Buffer.from(piece[0]), piece[1]));
  await inbound.commit();
}

async function last(): Promise<[text: string, inherited: unknown]> {
  const file = await files.open(path);
  const buffer = Buffer.alloc(file.size);
  await file.read(buffer, 0);
  await file.close();
  const rows = await depot.database.db.select().from(uploads).orderBy(uploads.receivedAt);
  return [buffer.toString(), rows.at(-1)?.inherited];
}

describe('opened without being cut', () => {
  it.each<[string, Piece[], string, unknown]>([
    ['written from the start, shorter', [['abc', 0]], 'abc', { how: 'cut', bytes: 7 }],
    ['… in pieces', [['ab', 0], ['c', 2]], 'abc', { how: 'cut', bytes: 7 }], // prettier-ignore
    ['… in pieces that change places on the way', [['c', 2], ['ab', 0]], 'abc', { how: 'cut', bytes: 7 }], // prettier-ignore
    ['written from the start, as long', [['abcdefghij', 0]], 'abcdefghij', null],
    ['written from the start, longer', [['abcdefghijkl', 0]], 'abcdefghijkl', null],
    ['written in the middle', [['XY', 2]], '01XY456789', { how: 'overwritten', bytes: 8 }],
    ['written at both ends', [['A', 0], ['J', 9]], 'A12345678J', { how: 'overwritten', bytes: 8 }], // prettier-ignore
    ['gone on with where it ended', [['abc', 10]], '0123456789abc', { how: 'continued', bytes: 10 }],
    ['gone on with before its end', [['789abc', 7]], '0123456789abc', { how: 'overwritten', bytes: 7 }],
    ['cut by the client, then written', [(to) => to.truncate(0), ['abc', 0]], 'abc', null],
    ['written, then cut by the client', [['abc', 0], (to) => to.truncate(3)], 'abc', null],
    ['written, then cut elsewhere', [['abc', 0], (to) => to.truncate(5)], 'abc34', { how: 'overwritten', bytes: 2 }],
    ['only cut', [(to) => to.truncate(5)], '01234', { how: 'continued', bytes: 5 }],
  ])('%s', async (_, pieces, text, inherited) => {
    await send(update, ...pieces);
    expect(await last()).toEqual([text, inherited]);
  });

  it('a partial that is sent again from the start ends where the client ended', async () => {
    const inbound = await files.receive(path, { kind: 'replace' });
    await inbound.write(Buffer.from('abcdefghijklmnop'), 0);
    await inbound.abandon('cut');
    await send(update, ['xyz', 0]);
    expect(await last()).toEqual(['xyz', null]);
  });

  it('a partial that is resumed is whole, and has nothing of the upload before', async () => {
    const inbound = await files.receive(path, { kind: 'replace' });
    await inbound.write(Buffer.from('abc'), 0);
    await inbound.abandon('cut');
    await send(update, ['def', 3]);
    expect(await last()).toEqual(['abcdef', null]);
  });
});

describe('cut while it went on behind an upload, and resumed', () => {
  const cut = async (...pieces: [text: string, position: number][]) => {
    const inbound = await files.receive(path, { kind: 'append' });
    for (const [text, position] of pieces) await inbound.write(Buffer.from(text), position);
    await inbound.abandon('cut');
  };

  it('still says so', async () => {
    await cut(['abc', 10]);
    await send({ kind: 'append' }, ['def']);
    expect(await last()).toEqual(['0123456789abcdef', { how: 'continued', bytes: 10 }]);
  });

  it('also after a second cut, and where the client looks for the place itself', async () => {
    await cut(['abc', 10]);
    await cut(['def', 13]);
    await send(update, ['ghi', 16]);
    expect(await last()).toEqual(['0123456789abcdefghi', { how: 'continued', bytes: 10 }]);
  });

  it('says nothing of bytes that were all written since, or are cut off', async () => {
    await cut(['abcdefghij', 0], ['k', 10]);
    await send({ kind: 'append' }, ['l']);
    expect(await last()).toEqual(['abcdefghijkl', null]);
    await cut(['x', 12]);
    await send({ kind: 'resume', offset: 0 }, ['new']);
    expect(await last()).toEqual(['new', null]);
  });
});

describe('gone on with', () => {
  it.each<[string, ReceiveMode, string, unknown]>([
    ['appended to (APPE, SFTP APPEND)', { kind: 'append' }, '0123456789abc', { how: 'continued', bytes: 10 }],
    ['resumed at its end (REST)', { kind: 'resume', offset: 10 }, '0123456789abc', { how: 'continued', bytes: 10 }],
    ['resumed in its middle', { kind: 'resume', offset: 4 }, '0123abc', { how: 'continued', bytes: 4 }],
    ['replaced', { kind: 'replace' }, 'abc', null],
  ])('%s', async (_, mode, text, inherited) => {
    await send(mode, ['abc']);
    expect(await last()).toEqual([text, inherited]);
  });
});
