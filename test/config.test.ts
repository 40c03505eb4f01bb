import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, settings } from '../src/config.ts';

describe('DATABASE_URL', () => {
  it.each(['postgres://u:p@h:5432/d', 'postgresql://h/d?sslmode=require', 'postgres://u:p%40ss%2Fword%25@[::1]/d'])(
    'takes %s',
    (url) => {
      expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
    },
  );

  it.each(['mysql://h/d', 'h/d', 'postgres://u:se#cret@h/d', 'postgres://u:100%@h/d', 'postgres://h:port/d'])(
    'refuses %s, without showing it',
    (url) => {
      const refused = () => readConfig({ DATABASE_URL: url });
      expect(refused).toThrow(ConfigError);
      expect(refused).toThrow(/^DATABASE_URL is \(hidden\): expected an address such as/);
    },
  );

  it.each(['yes', 'no', 'on', 'prefer', 'allow', 'verify-ca', '', 'require&sslmode=disable'])(
    'refuses sslmode=%s, and says which there are',
    (mode) =>
      expect(() => readConfig({ DATABASE_URL: `postgres://h/d?sslmode=${mode}` })).toThrow(
        /^DATABASE_URL is \(hidden\): expected an sslmode of disable, require, verify-full$/,
      ),
  );

  it.each(['h1,h2/d', 'u:p@h1:1,h2:2/d?target_session_attrs=read-write', '[::1]:1,h2/d'])(
    'refuses several hosts (%s), and says what there is for a failover',
    (rest) => expect(() => readConfig({ DATABASE_URL: `postgres://${rest}` })).toThrow(/expected one host: .*HAProxy/),
  );

  it.each(['host=h2', 'host=h1,h2', 'port=5433', 'user=other', 'dbname=e', 'ssl=true', 'target_session_attrs=any'])(
    'refuses ?%s, which our drivers would not both follow',
    (parameter) =>
      expect(() => readConfig({ DATABASE_URL: `postgres://h/d?sslmode=require&${parameter}` })).toThrow(
        `without "${parameter.replace(/=.*/, '')}" behind the question mark`,
      ),
  );

  it('takes a comma where it names no host', () => {
    for (const url of ['postgres://u:p,w@h/d', 'postgres://h/a,b', 'postgres://h/d?options=a,b'])
      expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
  });
});

// Any text is a folder, a name or a file.
const texts = new Set(['ARRIVAGE_DATA', 'ARRIVAGE_PUBLIC_HOST', 'ARRIVAGE_TLS_CERT', 'ARRIVAGE_TLS_KEY']);

it.each(Object.keys(settings.shape).filter((name) => !texts.has(name)))('says in words what %s should be', (name) => {
  const refused = () => readConfig({ [name]: '!' });
  expect(refused).toThrow(new RegExp(`^${name} is .*: expected `));
  expect(refused).not.toThrow(/Invalid|Too small|expected.*expected/);
});
