import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Entry, FileView, Page } from '../../src/files/view.ts';
import { isAcceptedKey } from '../../src/identity/user-key.ts';
import { chooseCiphers } from '../../src/sftp/algorithms.ts';
import { MAX_BYTES, MAX_REQUESTS, budget } from '../../src/sftp/budget.ts';
import { root } from '../../src/model/virtual-path.ts';
import { MAX_HANDLES, type OpenFolder, handleTable } from '../../src/sftp/handles.ts';
import { openFolder, readFolder } from '../../src/sftp/paths.ts';
import { watchQuiet } from '../../src/sftp/quiet.ts';
import { openTestDoor } from './door.ts';

describe('what a connection leaves open', () => {
  it('is bounded in requests and in bytes, and goes on when there is room', () => {
    const room = vi.fn();
    const full = vi.fn();
    const work = budget(full, room);
    const giveBack = Array.from({ length: MAX_REQUESTS }, () => work.take(1));
    expect(work.full).toBe(true);
    expect(full).toHaveBeenCalledOnce();
    giveBack[0]?.();
    giveBack[0]?.();
    expect(work.full).toBe(false);
    expect(room).toHaveBeenCalledOnce();
    giveBack.forEach((give) => give());
    expect(work.idle).toBe(true);
    work.take(MAX_BYTES);
    expect(work.full).toBe(true);
  });

  const folder = (): OpenFolder => ({ kind: 'folder', path: root, page: [], after: '', more: false });

  it('is bounded in handles, whose numbers never come back', () => {
    const files = vi.fn();
    const handles = handleTable(files);
    const numbers = Array.from({ length: MAX_HANDLES }, () => handles.add(folder()));
    expect(new Set(numbers).size).toBe(MAX_HANDLES);
    expect(() => handles.checkRoom()).toThrow(expect.objectContaining({ code: 'too_many_files' }));
    handles.remove(1);
    handles.checkRoom();
    expect(() => handles.get(1)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    expect(handles.add(folder())).toBe(MAX_HANDLES + 1);
    expect(files).not.toHaveBeenCalled();
  });
});

describe('open listings', () => {
  const names = Array.from({ length: 2500 }, (_, i) => `f${String(i).padStart(4, '0')}`);

  it('keep a few pages between them, and give every name once all the same', async () => {
    let pages = 0;
    const list = (_: unknown, after = ''): Promise<Page> => {
      pages += 1;
      const rest = names.filter((one) => one > after);
      const entries = rest.slice(0, 1000).map((one): Entry => ({ ...entry, name: one }));
      return Promise.resolve({ entries, more: rest.length > 1000 });
    };
    const entry = { kind: 'file', state: 'upload', size: 1, modified: new Date(0), writable: true } as const;
    const view = { list } as unknown as FileView;
    const handles = handleTable(vi.fn());
    const open: number[] = [];
    for (let i = 0; i < MAX_HANDLES; i++) open.push(await openFolder(view, handles, root));
    const kept = (): number => open.filter((one) => handles.folder(one).page.length > 0).length;
    expect(kept()).toBe(4);
    const seen = new Map(open.map((one) => [one, [] as string[]]));
    for (let round = 0; round < 26; round++)
      for (const one of open) {
        const some = (await readFolder(view, handles, one, 'acme')) ?? [];
        seen.get(one)?.push(...some.map(({ name }) => name));
        expect(kept()).toBeLessThanOrEqual(4);
      }
    for (const one of open) expect(seen.get(one)).toEqual(names);
    pages = 0;
    const alone = await openFolder(view, handleTable(vi.fn()), root);
    expect([alone, pages]).toEqual([1, 1]);
  });
});

describe('silence', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const limits = { idleMs: 1000, stallMs: 400 };

  it('ends an idle connection, unless something moves', () => {
    const end = vi.fn();
    const quiet = watchQuiet(limits, () => false, end);
    vi.advanceTimersByTime(900);
    quiet.progress();
    vi.advanceTimersByTime(900);
    expect(end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(end).toHaveBeenCalledExactlyOnceWith('idle');
  });

  it('counts differently while a file is open: a stalled transfer ends sooner', () => {
    const end = vi.fn();
    const quiet = watchQuiet(limits, () => false, end);
    quiet.transfers(1);
    vi.advanceTimersByTime(400);
    expect(end).toHaveBeenCalledExactlyOnceWith('stalled');
  });

  it('never counts while the server itself is at work, or after the end', () => {
    const end = vi.fn();
    let working = true;
    const quiet = watchQuiet(limits, () => working, end);
    vi.advanceTimersByTime(5000);
    expect(end).not.toHaveBeenCalled();
    quiet.stop();
    working = false;
    quiet.progress();
    quiet.transfers(1);
    vi.advanceTimersByTime(5000);
    expect(end).not.toHaveBeenCalled();
  });
});

describe('algorithms', () => {
  it('let RSA keys sign with SHA-2 only, and DSA keys not at all', () => {
    expect(isAcceptedKey('ssh-rsa', 'sha512')).toBe(true);
    expect(isAcceptedKey('ssh-rsa', undefined)).toBe(false);
    expect(isAcceptedKey('ssh-ed25519', undefined)).toBe(true);
    expect(isAcceptedKey('ssh-dss', undefined)).toBe(false);
  });

  it('are AES-GCM for OpenSSH up to 9.9, until one has excluded it; everyone else sees all', () => {
    const ciphers = chooseCiphers();
    expect(ciphers.for('SSH-2.0-OpenSSH_9.2p1 Debian', '10.0.0.1')).toContain('aes128-gcm@openssh.com');
    ciphers.refused('10.0.0.1');
    expect(ciphers.for('SSH-2.0-OpenSSH_9.2p1 Debian', '10.0.0.1')).toBeUndefined();
    expect(ciphers.for('SSH-2.0-OpenSSH_10.0', '10.0.0.2')).toBeUndefined();
    expect(ciphers.for('SSH-2.0-paramiko_2.12.0', '10.0.0.2')).toBeUndefined();
  });

  it('sign with an RSA host key over SHA-2 only, though ssh2 would over SHA-1', async () => {
    const { connect } = await openTestDoor();
    await expect(connect({ algorithms: { serverHostKey: ['ssh-rsa'] } })).rejects.toThrow(/no matching host key/);
    await expect(connect({ algorithms: { serverHostKey: ['rsa-sha2-256'] } })).resolves.toBeDefined();
  });
});
