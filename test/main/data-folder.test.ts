import { expect, it } from 'vitest';
import { foreign } from '../../src/main/data-folder.ts';

const folder = (uid: number) => ({ path: `/data/${uid}`, uid });

it('is another account’s where its files could not be used by the folder’s owner', () => {
  expect(foreign([folder(999)], 0)).toEqual(folder(999));
  expect(foreign([folder(1000), folder(999)], 1000)).toEqual(folder(999));
});

it('is ours where the owner is ourselves, whoever a mount makes of us, or root, who reads everything', () => {
  expect(foreign([folder(999)], 999)).toBeUndefined();
  expect(foreign([folder(0)], 999)).toBeUndefined();
  expect(foreign([folder(0)], 0)).toBeUndefined();
});
