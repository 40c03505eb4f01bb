import { describe, expect, it } from 'vitest';
import { missingDatasets, splitDue, whatIsDue, type Content, type Waiting } from '../../src/intake/due.ts';

const noon = new Date('2026-11-24T12:00:00Z');
const after = (seconds: number) => new Date(noon.getTime() + seconds * 1000);
const upload = (content: Content, seconds: number, path = `/${content}.csv`): Waiting => ({
  uploadId: `${content}-${String(seconds)}`,
  path,
  receivedAt: after(seconds),
  arrival: seconds,
  content,
  pulled: false,
});
const tenant = {
  trigger: 'settle',
  settleSeconds: 30,
  settleMaxSeconds: 900,
  expected: ['clients', 'ecritures'],
} as const;
const rule = (trigger: 'settle' | 'each' | 'done-file') => ({ ...tenant, expected: [...tenant.expected], trigger });

describe('settle', () => {
  it('starts at once when every expected dataset is there', () => {
    const waiting = [upload('clients', 0), upload('ecritures', 5)];
    expect(whatIsDue(rule('settle'), waiting, after(5), false).gather).toHaveLength(2);
  });

  it('takes an FEC for écritures and clients', () => {
    expect(whatIsDue(rule('settle'), [upload('fec', 0)], after(0), false).gather).toHaveLength(1);
  });

  it('waits for quiet after the last upload', () => {
    const waiting = [upload('clients', 0), upload('clients', 20, '/clients2.csv')];
    expect(whatIsDue(rule('settle'), waiting, after(21), false)).toEqual({ gather: [], lookAgainAt: after(50) });
    expect(whatIsDue(rule('settle'), waiting, after(50), false).gather).toHaveLength(2);
  });

  it('never waits longer than its limit, however often something arrives', () => {
    const waiting = Array.from({ length: 60 }, (_, i) => upload('clients', i * 15, `/c${String(i)}.csv`));
    expect(whatIsDue(rule('settle'), waiting, after(886), false)).toEqual({ gather: [], lookAgainAt: after(900) });
  });

  it('does not wait for the time at which something came to come again, where the clock was set back since', () => {
    const waiting = [upload('clients', 86_400)];
    expect(whatIsDue(rule('settle'), waiting, after(0), false).gather).toHaveLength(1);
    expect(whatIsDue(rule('settle'), waiting, after(86_399), false).gather).toHaveLength(0);
  });

  it('does not wait for anything when somebody asked for a sync', () => {
    expect(whatIsDue(rule('settle'), [upload('clients', 0)], after(0), true).gather).toHaveLength(1);
  });
});

describe('each', () => {
  it('makes one sync of each upload, in order of arrival', () => {
    const waiting = [upload('ecritures', 0), upload('clients', 1)];
    expect(whatIsDue(rule('each'), waiting, after(1), false).gather).toEqual([waiting[0]]);
  });
});

describe('done-file', () => {
  it('waits for ever without the done-file', () => {
    expect(whatIsDue(rule('done-file'), [upload('clients', 0)], after(86_400), false)).toEqual({ gather: [] });
  });

  it('takes what came before the done-file and leaves what came after', () => {
    const waiting = [upload('clients', 0), upload('done', 2), upload('ecritures', 3)];
    expect(whatIsDue(rule('done-file'), waiting, after(3), false).gather).toEqual(waiting.slice(0, 2));
  });
});

describe('a complete delivery', () => {
  it('names what is missing', () => {
    expect(missingDatasets(rule('settle'), [upload('clients', 0)])).toEqual(['ecritures']);
  });
});

describe('two uploads of one name', () => {
  const twice = [upload('ecritures', 0), upload('ecritures', 9), upload('ecritures', 10, '/other.csv')];

  it('in a snapshot, the later one is the truth', () => {
    expect(
      splitDue(
        twice,
        () => true,
        () => true,
      ),
    ).toEqual({ now: twice.slice(1), later: [], overtaken: [twice[0]] });
  });

  it('in a delta, each has its turn', () => {
    expect(
      splitDue(
        twice,
        () => false,
        () => true,
      ),
    ).toEqual({ now: [twice[0], twice[2]], later: [twice[1]], overtaken: [] });
  });
});

describe('files fetched under names of their own', () => {
  const nights = ['1123', '1124'].map((day, i) => ({ ...upload('ecritures', i, `/e_${day}.csv`), pulled: true }));
  const pushed = upload('ecritures', 2, '/pushed.csv');

  it('in a snapshot, the newest is the truth, and what was pushed is another part', () => {
    const split = splitDue(
      [...nights, pushed],
      () => true,
      () => true,
    );
    expect(split).toEqual({ now: [nights[1], pushed], later: [], overtaken: [nights[0]] });
  });

  it('are parts of one snapshot where all matches are taken', () => {
    const split = splitDue(
      nights,
      () => true,
      () => false,
    );
    expect(split).toEqual({ now: nights, later: [], overtaken: [] });
  });

  it('in a delta, each has its turn', () => {
    const split = splitDue(
      nights,
      () => false,
      () => false,
    );
    expect(split).toEqual({ now: [nights[0]], later: [nights[1]], overtaken: [] });
  });
});
