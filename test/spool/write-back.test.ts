import { expect, it } from 'vitest';
import { openWriteBack } from '../../src/spool/write-back.ts';

const MiB = 1024 * 1024;

it('writes a large file back while it grows, once at a time', async () => {
  const ends: (() => void)[] = [];
  const back = openWriteBack({ datasync: () => new Promise((resolve) => ends.push(resolve)) });
  back.wrote(15 * MiB);
  expect(ends).toHaveLength(0);
  back.wrote(MiB);
  back.wrote(64 * MiB);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await back.settled();
  back.wrote(1);
  expect(ends).toHaveLength(2);
});

it('keeps an error of the disk, which tells it only once, for the sync before the acknowledgement', async () => {
  const back = openWriteBack({ datasync: () => Promise.reject(new Error('EIO')) });
  back.wrote(16 * MiB);
  await expect(back.settled()).rejects.toThrow('EIO');
  await expect(back.settled()).rejects.toThrow('EIO');
});
