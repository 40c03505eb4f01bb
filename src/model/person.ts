import type { KeyScope } from './api-key.ts';
import type { Language, TenantId } from './tenant.ts';

export const roles = ['read', 'sync', 'manage'] as const satisfies readonly KeyScope[];
/** What a person may do for one tenant: as a key of that scope. Each includes the one before. */
export type Role = (typeof roles)[number];

/** Somebody who signs in on the page. */
export interface Person {
  id: string;
  /** As it was typed; two that differ in case only are one. */
  email: string;
  language: Language;
  /** Reaches every tenant, and the server. */
  isOperator: boolean;
}

export interface Membership {
  tenant: TenantId;
  role: Role;
}

/** What a one-time link is for: the first operator, or a password (of somebody invited, or who forgot theirs). */
export type LinkPurpose = 'first_operator' | 'password';
