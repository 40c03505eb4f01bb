import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compiled } from '../../base/thread-entry.ts';
import { style } from './style.ts';

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f5f8b"/><path d="M7 22h18M16 6v11m-5-5 5 5 5-5" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

interface Asset {
  type: string;
  body: string;
  /** SHA-256 of the content: an address that says another content is another address, and may be kept for ever. */
  hash: string;
}

const asset = (type: string, body: string): Asset => ({
  ...{ type, body },
  hash: createHash('sha256').update(body).digest('hex').slice(0, 12),
});

const assets = {
  'style.css': asset('text/css; charset=utf-8', style),
  'icon.svg': asset('image/svg+xml', icon),
  'page.js': asset('text/javascript; charset=utf-8', readFileSync(compiled('web/client/page'), 'utf8')),
};

export const assetPath = (name: keyof typeof assets): string => `/assets/${assets[name].hash}/${name}`;

/** @returns undefined where there is none of that name, or with another content */
export function findAsset(hash: string, name: string): Asset | undefined {
  const found = Object.hasOwn(assets, name) ? assets[name as keyof typeof assets] : undefined;
  return found?.hash === hash ? found : undefined;
}
