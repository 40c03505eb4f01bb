import type { TenantId } from '../model/tenant.ts';
import type { PartialInfo } from './spool.ts';

/** Looking through the folder takes at most this part of the time, however many partials there are. */
const REST_PER_LOOK = 20;
const LONGEST_REST_MS = 10_000;

/** As if nobody wrote it: who asks knows better. Never changed, so that it need not be copied for each who asks. */
export type Known = Readonly<PartialInfo & { open: false }>;

interface Shelf {
  partials: Map<string, Known>;
  /** What this process changed while it looks: newer than what the look may find. */
  changed: Set<string>;
  looking: Promise<void> | undefined;
  restUntil: number;
}

/**
 * The partials of each tenant, in memory: every listing, look-up and upload asks for them, and a tenant with a thousand
 * would keep the threads that read the disk from everybody else. What this process does is known at once; the folder is
 * looked through again for what other nodes do.
 * @param look reads the folder
 */
export function openKnownPartials(look: (tenant: TenantId) => Promise<Known[]>, now = () => performance.now()) {
  const shelves = new Map<TenantId, Shelf>();

  async function lookAgain(tenant: TenantId, shelf: Shelf): Promise<void> {
    const began = now();
    shelf.changed.clear();
    try {
      const found = new Map((await look(tenant)).map((one) => [one.id, one]));
      for (const id of shelf.changed) {
        const own = shelf.partials.get(id);
        if (own) found.set(id, own);
        else found.delete(id);
      }
      shelf.partials = found;
      shelf.restUntil = now() + Math.min(LONGEST_REST_MS, (now() - began) * REST_PER_LOOK);
    } finally {
      shelf.looking = undefined;
    }
  }

  return {
    async of(tenant: TenantId): Promise<Known[]> {
      let shelf = shelves.get(tenant);
      if (!shelf) {
        shelf = { partials: new Map(), changed: new Set(), looking: undefined, restUntil: Number.NEGATIVE_INFINITY };
        shelves.set(tenant, shelf);
      }
      if (shelf.looking || now() >= shelf.restUntil) await (shelf.looking ??= lookAgain(tenant, shelf));
      return [...shelf.partials.values()];
    },
    /** Before the first look nothing needs to be known. */
    change(tenant: TenantId, id: string, by: (known: Known | undefined) => Known | undefined): void {
      const shelf = shelves.get(tenant);
      if (!shelf) return;
      const changed = by(shelf.partials.get(id));
      if (changed) shelf.partials.set(id, changed);
      else shelf.partials.delete(id);
      shelf.changed.add(id);
    },
    forget(tenant: TenantId): void {
      shelves.delete(tenant);
    },
  };
}

export type KnownPartials = ReturnType<typeof openKnownPartials>;
