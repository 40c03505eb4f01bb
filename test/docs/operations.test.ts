import { describe, expect, it } from 'vitest';
import { readConfig, settings } from '../../src/config.ts';
import { codeIn, tableUnder } from './tables.ts';

const documented = tableUnder('operations.md', 'Settings').map(([name = '', usual = '']) => ({
  name: codeIn(name),
  usual: usual === '–' ? undefined : codeIn(usual),
}));

describe('docs/operations.md lists the settings as they are', () => {
  it('each of them, and no other, in the order of the code', () => {
    expect(documented.map(({ name }) => name)).toEqual(Object.keys(settings.shape));
  });

  it.each(documented)('$name is $usual where it is not set', ({ name, usual }) => {
    const setting = settings.shape[name as keyof typeof settings.shape];
    const unset = setting.parse(undefined);
    expect(usual === undefined).toBe(unset === undefined);
    expect(setting.parse(usual)).toEqual(unset);
  });

  it('and all defaults together are what an empty environment gives', () => {
    const written = Object.fromEntries(documented.map(({ name, usual }) => [name, usual]));
    expect(readConfig(written)).toEqual(readConfig({}));
  });
});
