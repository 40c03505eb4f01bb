import { describe, expect, it } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import { inRanges, penaltyGroup, plainAddress } from '../../src/base/address.ts';
import { type Attempt, refusalOf } from '../../src/auth/authorize.ts';
import { openPenalties } from '../../src/auth/penalties.ts';
import { openPlaces } from '../../src/auth/places.ts';
import { resolvePath, root } from '../../src/model/virtual-path.ts';

describe('an address', () => {
  it.each([
    [['192.0.2.0/24'], '192.0.2.7', true],
    [['192.0.2.0/24'], '::ffff:192.0.2.7', true],
    [['192.0.2.0/24'], '192.0.3.7', false],
    [['192.0.2.7'], '192.0.2.7', true],
    [['2001:db8::/32'], '2001:db8:1::9', true],
    [['2001:db8::/32'], '2001:db9::9', false],
    [['2001:db8::/32', '10.0.0.0/8'], '10.255.0.1', true],
    [['0.0.0.0/0'], '203.0.113.1', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['not a range', '192.0.2.0/33', '192.0.2.0/', '192.0.2.0/24/1', '192.0.2.0/-1'], '192.0.2.7', false],
    [['192.0.2.0/24'], 'not an address', false],
    [['fe80::/10'], 'fe80::1%eth0', true],
  ])('in %j: %s is %j', (ranges, address, inside) => {
    expect(inRanges(ranges, address)).toBe(inside);
  });

  it('is written as people do, and grouped as customers hold them', () => {
    expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
    // As the PROXY protocol's version 2 has it where HAProxy listens on both families.
    expect(plainAddress('::ffff:a00:1')).toBe('10.0.0.1');
    expect(plainAddress('0:0:0:0:0:FFFF:0a00:0001')).toBe('10.0.0.1');
    expect(penaltyGroup('::ffff:c000:207')).toBe('192.0.2.7');
    expect(inRanges(['192.0.2.0/24'], '::ffff:c000:207')).toBe(true);
    expect(plainAddress('2001:DB8:0:0::7')).toBe('2001:db8::7');
    expect(plainAddress('no address')).toBe('no address');
    expect(penaltyGroup('::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(penaltyGroup('2001:db8:1:2:3:4:5:6')).toBe(penaltyGroup('2001:db8:1:2::9'));
    expect(penaltyGroup('2001:db8:1:2::9')).not.toBe(penaltyGroup('2001:db8:1:3::9'));
    expect(penaltyGroup('::1')).toBe('0:0:0:0::/64');
  });
});

describe('who may come in', () => {
  const credential = {
    tenantId: 'acme',
    protocols: ['sftp' as const, 'ftp' as const],
    ipRanges: ['192.0.2.0/24'],
    allowCleartextFtp: false,
  };
  const attempt: Attempt = { protocol: 'ftp', address: '192.0.2.9', cleartext: false, onlyTenant: undefined };

  const live = { state: 'live', requireTls: false } as const;
  const validation = { ...live, state: 'validation' } as const;
  const suspended = { ...live, state: 'suspended' } as const;

  it('is who fits all rules', () => {
    expect(refusalOf(credential, live, attempt)).toBeUndefined();
    expect(refusalOf(credential, validation, { ...attempt, onlyTenant: 'acme' })).toBeUndefined();
    expect(refusalOf({ ...credential, ipRanges: [] }, live, { ...attempt, address: '203.0.113.1' })).toBeUndefined();
    expect(
      refusalOf({ ...credential, allowCleartextFtp: true }, live, { ...attempt, cleartext: true }),
    ).toBeUndefined();
  });

  it('is told the first rule that is broken', () => {
    expect(refusalOf(credential, suspended, attempt)).toBe('tenant_suspended');
    expect(refusalOf(credential, live, { ...attempt, protocol: 'http' })).toBe('protocol_refused');
    expect(refusalOf(credential, live, { ...attempt, address: '203.0.113.1' })).toBe('address_refused');
    expect(refusalOf(credential, live, { ...attempt, cleartext: true })).toBe('tls_required');
    const inClear = { ...attempt, cleartext: true };
    expect(refusalOf({ ...credential, allowCleartextFtp: true }, { ...live, requireTls: true }, inClear)).toBe(
      'tls_required',
    );
    // A port of another tenant's says no more than that: whether the account exists is nobody's business there.
    expect(refusalOf(credential, suspended, { ...attempt, onlyTenant: 'other' })).toBe('login_refused');
  });
});

describe('penalties', () => {
  it('answer each failure later, then close for a while, then forget', () => {
    let now = 0;
    const penalties = openPenalties(() => now);
    const delays = Array.from({ length: 10 }, (_, i) => penalties.failed('192.0.2.1', `user${i}`));
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000]);
    expect(penalties.addressIsBanned('::ffff:192.0.2.1')).toBe(true);
    expect(penalties.addressIsBanned('192.0.2.2')).toBe(false);
    now += 15 * 60_000;
    expect(penalties.addressIsBanned('192.0.2.1')).toBe(false);
    expect(penalties.failed('192.0.2.1', 'fresh')).toBe(250);
  });

  it('stop a guesser with many addresses, but never the customer whose name is guessed at', () => {
    const penalties = openPenalties(() => 0);
    penalties.succeeded('192.0.2.1', 'acme');
    for (let i = 0; i < 20; i++) penalties.failed(`198.51.100.${i}`, 'acme');
    expect(penalties.usernameIsBanned('203.0.113.1', 'acme')).toBe(true);
    expect(penalties.usernameIsBanned('192.0.2.1', 'acme')).toBe(false);
  });

  it('are not lifted by signing in with an account of one’s own in between', () => {
    const penalties = openPenalties(() => 0);
    for (let i = 0; i < 10; i++) {
      penalties.failed('192.0.2.1', `victim${i}`);
      penalties.succeeded('192.0.2.1', 'mine');
    }
    expect(penalties.addressIsBanned('192.0.2.1')).toBe(true);
  });

  it('remember a bounded number', () => {
    const penalties = openPenalties(() => 0);
    for (let i = 0; i < 10; i++) penalties.failed('192.0.2.1', 'x');
    for (let i = 0; i < 10_000; i++) penalties.failed(`10.1.${i >> 8}.${i & 255}`, `u${i}`);
    expect(penalties.addressIsBanned('192.0.2.1')).toBe(false);
  });
});

describe('places', () => {
  const limits = { connections: 10, connectionsPerAddress: 3 };
  /** Who is in, by name; whoever is shed goes. */
  function hall(given: Partial<typeof limits> = {}, random = () => 0) {
    let now = 0;
    const places = openPlaces({ ...limits, ...given }, { now: () => now, random });
    const inside = new Map<string, ReturnType<typeof places.take>>();
    const come = (name: string, from: string) => {
      inside.set(
        name,
        places.take(from, () => inside.delete(name)),
      );
      return inside.get(name);
    };
    return { inside, come, names: () => [...inside.keys()], later: (ms: number) => (now += ms) };
  }

  it('of an address are few: the next one of it takes that of a silent one', () => {
    const { come, names } = hall();
    for (const name of ['a', 'b', 'c']) come(name, '192.0.2.1');
    come('d', '::ffff:192.0.2.1');
    expect(names()).toEqual(['b', 'c', 'd']);
    come('e', '192.0.2.2');
    expect(names()).toHaveLength(4);
  });

  it('are not taken from whoever signs in or has signed in', () => {
    const { come, names } = hall();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => come(name, '192.0.2.1'));
    const free = a?.hold();
    b?.enter();
    c?.enter();
    expect(() => come('d', '192.0.2.1')).toThrow(/Too many connections/);
    free?.();
    come('e', '192.0.2.1');
    expect(names()).toEqual(['b', 'c', 'e']);
  });

  it.each([
    ['an IPv4 /24', (i: number) => `192.0.2.${i}`],
    ['an IPv6 /56', (i: number) => `2001:db8:1:ab${(i + 16).toString(16)}::1`],
  ])('of %s are half of all', (_, address) => {
    const { come, names } = hall({}, () => 0.99);
    for (let i = 0; i < 9; i++) come(String(i), address(i));
    expect(names()).toHaveLength(5);
    come('other', '198.51.100.1');
    expect(names()).toHaveLength(6);
  });

  it('are never all taken: who comes last takes that of the network that has most', () => {
    const { come, names } = hall({}, () => 0.99);
    come('customer', '198.51.100.7');
    for (let i = 0; i < 9; i++) come(`silent ${i}`, `127.0.0.${i >> 1}`);
    for (let i = 0; i < 40; i++) come(`late ${i}`, `203.0.${i}.1`);
    expect(names()).toHaveLength(10);
    expect(names()).toContain('late 39');
  });

  it('are those of the longest silent where no network stands out, so that colleagues of one address still sign in', () => {
    const { come, names } = hall({ connections: 40, connectionsPerAddress: 10 }, () => 0.99);
    for (let i = 0; i < 40; i++) come(`silent ${i}`, `203.0.${i}.1`);
    for (const name of ['anna', 'ben']) come(name, '198.51.100.7');
    for (let i = 40; i < 70; i++) come(`silent ${i}`, `203.0.${i}.1`);
    expect(names()).toHaveLength(40);
    expect(names()).toEqual(expect.arrayContaining(['anna', 'ben']));
  });

  it('of silent ones go early, with a probability that grows, but not those of the last seconds', () => {
    const { come, names, later } = hall({}, () => 0.3);
    for (let i = 0; i < 8; i++) come(`old ${i}`, `192.0.${i}.1`);
    expect(names()).toHaveLength(8);
    later(5000);
    come('new', '198.51.100.1');
    expect(names()).toHaveLength(8);
    expect(names()).toContain('new');
  });

  it('of those who signed in are their own, and are given back once', () => {
    const { come } = hall({ connections: 2 });
    const [a, b] = [come('a', '192.0.2.1'), come('b', '192.0.3.1')];
    a?.enter();
    b?.enter();
    const late = come('c', '192.0.4.1');
    expect(() => late?.enter()).toThrow(/Too many connections/);
    a?.leave();
    a?.leave();
    late?.enter();
    expect(() => come('d', '192.0.5.1')?.enter()).toThrow(/Too many connections/);
  });
});

it('says in French, too, why a path is refused', () => {
  const why = (typed: string) => {
    try {
      return resolvePath(root, typed);
    } catch (error) {
      return error instanceof ArrivageError ? error.text('fr') : error;
    }
  };
  const refused = [
    'a\tb',
    'a\ud800',
    'a\u202eb',
    'a\\b',
    'a/'.repeat(17),
    'x'.repeat(256),
    `${'x'.repeat(200)}/`.repeat(6),
  ];
  expect(refused.map(why)).toEqual([
    'Nom de fichier refusé : caractère de contrôle.',
    'Nom de fichier refusé : Unicode non valide.',
    'Nom de fichier refusé : caractère invisible.',
    'Nom de fichier refusé : barre oblique inverse.',
    'Nom de fichier refusé : plus de 16 dossiers.',
    'Nom de fichier refusé : un nom de plus de 255 octets.',
    'Nom de fichier refusé : plus de 1024 octets.',
  ]);
});
