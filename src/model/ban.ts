/** What a ban closes the doors to: an address (an IPv4 address, an IPv6 /64), or a username from where it never signed in. */
export const banKinds = ['address', 'username'] as const;
export type BanKind = (typeof banKinds)[number];

/** Where sign-ins failed: at the doors for files, or at the API. Each counts by itself. */
export const banSides = ['doors', 'api'] as const;
export type BanSide = (typeof banSides)[number];

export interface Ban {
  kind: BanKind;
  /** `192.0.2.1`, `2001:db8:0:1::/64`, or the username as it was given. */
  subject: string;
}

export interface LaidBan extends Ban {
  /** Milliseconds from now. */
  forMs: number;
}
