import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = new URL('../../test-results/screenshots/', import.meta.url);

/**
 * Debian's Chromium with the page's policies in force. Whatever it writes to the console, every violation of a policy and every
 * request to another origin fails the test at its end.
 */
export async function openBrowser(origin: string, options: BrowserContextOptions = {}): Promise<Page> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  const page = await (await browser.newContext({ locale: 'fr-FR', ...options })).newPage();
  const wrong: string[] = [];
  page.on('console', (message) => wrong.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) wrong.push(`request to ${request.url()}`);
  });
  onTestFinished(() => expect(wrong.filter((line) => !line.includes('status of 4'))).toEqual([]));
  return page;
}

/** What axe-core finds wrong with the page as it is: nothing, light and dark, wide and narrow. Keeps a screenshot of each. */
export async function checkAccess(page: Page, name: string): Promise<void> {
  await mkdir(shots, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 360]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      if ((colorScheme === 'light') === (width === 1280))
        await page.screenshot({ path: new URL(`${name}-${colorScheme}-${width}.png`, shots).pathname, fullPage: true });
      // Evaluated and not added as a script, which the page's policy would forbid.
      const found = await page.evaluate<string[]>(
        `${axe}; axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
      );
      expect(found, `${name} ${colorScheme} ${width}`).toEqual([]);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, `${name} ${width}: sideways scroll`).toBeLessThanOrEqual(0);
    }
}
