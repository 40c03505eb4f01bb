import type { Typed } from '../frame/fields.tsx';
import type { Reader } from '../frame/parts.tsx';
import type { Managed, SettingsFacts } from './facts.ts';
import type { SettingsWords } from './words.ts';

/** What the page is given. */
export type Props = SettingsFacts & { reader: Reader; typed?: Typed };

/** What each section of it is given. */
export interface Section extends Props {
  words: SettingsWords;
  /** The page's address. */
  at: string;
  mayManage: boolean;
}

/** A section that only whoever manages sees. */
export interface ManagedSection extends Section {
  managed: Managed;
}
