declare const brand: unique symbol;

/**
 * A path as a client sees it: absolute, `/`-separated, NFC, without `.`, `..`, empty or hidden-control segments.
 * Only `model/virtual-path.ts` makes one; it is a key of the database and never a path of the file system.
 */
export type VirtualPath = string & { readonly [brand]: 'VirtualPath' };
