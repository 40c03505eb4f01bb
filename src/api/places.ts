import { ArrivageError } from '../errors.ts';
import { once } from '../session/places.ts';

/** Takes a place and gives what leaves it. @throws too_many_connections */
export type TakePlace = (keyId: string) => () => void;

/** How many answers without a short end may be under way in this process, for one key and in all. */
export function openPlaces({ perKey, inAll }: { perKey: number; inAll: number }): TakePlace {
  const taken = new Map<string, number>();
  let all = 0;

  function change(keyId: string, by: 1 | -1): void {
    all += by;
    const count = (taken.get(keyId) ?? 0) + by;
    if (count > 0) taken.set(keyId, count);
    else taken.delete(keyId);
  }

  return (keyId) => {
    if (all >= inAll || (taken.get(keyId) ?? 0) >= perKey) throw new ArrivageError('too_many_connections');
    change(keyId, 1);
    return once(() => change(keyId, -1));
  };
}
