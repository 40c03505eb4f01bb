import { expect, it } from 'vitest';
import { linesFor } from '../../src/web/connection/lines.ts';

const ports = { sftp: 2022, ftp: 2121, ftps: undefined };

it('lines to copy name the door that is open, and an IPv6 address as each program wants it', () => {
  const texts = linesFor({ host: '2001:db8::1', ports, username: 'acme-export' }).map(({ text }) => text);
  expect(texts[0]).toBe('sftp -P 2022 acme-export@2001:db8::1\nput ecritures.csv');
  expect(texts[1]).toBe('curl --user acme-export -T ecritures.csv sftp://[2001:db8::1]:2022/');
  const onlyFtp = linesFor({ host: 'ftp.example.org', ports: { ...ports, sftp: undefined }, username: 'a' });
  expect(onlyFtp.map(({ tool }) => tool)).toEqual(['FTPS (curl)']);
});
