import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { WebContext } from '../context.ts';
import { assetPath } from './assets.ts';
import { wordsOf } from './words.ts';

interface PageProps {
  title: string;
  /** Without who is signed in there is no navigation. */
  children?: Child;
  /** The tab that the page belongs to. */
  tab?: Tab;
  status?: number;
  isError?: boolean;
}

export type Tab = 'today' | 'syncs' | 'files' | 'data' | 'connection' | 'settings';
const tabs: readonly [Tab, string][] = [
  ['today', ''],
  ['syncs', '/syncs'],
  ['files', '/files'],
  ['data', '/data/clients'],
  ['connection', '/connection'],
  ['settings', '/settings'],
];

/** A whole page. Its title begins with what it is about, and with the word for an error where there is one. */
export function page(c: WebContext, { title, children, tab, status = 200, isError = false }: PageProps) {
  const { language } = c.var;
  const words = wordsOf(language);
  const whole = (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${isError ? `${words.error} : ` : ''}${title} – arrivage`}</title>
        <link rel="icon" href={assetPath('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetPath('style.css')} />
        <script type="module" src={assetPath('page.js')}></script>
      </head>
      <body>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <Header c={c} />
        <Band c={c} />
        <Tabs c={c} current={tab} />
        <main id="content" tabindex={-1}>
          {children}
        </main>
        <p id="said" class="unseen" role="status"></p>
      </body>
    </html>
  );
  return c.html(html`<!doctype html>${whole}`, status as 200);
}

function Header({ c }: { c: WebContext }) {
  const { language } = c.var;
  const words = wordsOf(language);
  const viewer = c.var.viewer as WebContext['var']['viewer'] | undefined;
  const tenant = c.var.tenant as WebContext['var']['tenant'] | undefined;
  const other = language === 'fr' ? 'en' : 'fr';
  return (
    <header class="top">
      <a class="brand" href="/">
        arrivage
      </a>
      {tenant && (
        <a class="where" href={`/t/${tenant.id}`}>
          {tenant.name}
        </a>
      )}
      <nav class="own" aria-label={words.account}>
        {viewer?.isOperator && <a href="/server">{words.server}</a>}
        <form method="post" action="/language">
          <input type="hidden" name="language" value={other} />
          <input type="hidden" name="back" value={c.req.path} />
          <button class="plain" lang={other}>
            {other === 'fr' ? 'Français' : 'English'}
          </button>
        </form>
        {viewer && <a href="/account">{viewer.email}</a>}
        {viewer && (
          <form method="post" action="/sign-out">
            <button class="plain">{words.signOut}</button>
          </form>
        )}
      </nav>
    </header>
  );
}

/** What must not be overlooked on any page of a tenant. */
function Band({ c }: { c: WebContext }) {
  const words = wordsOf(c.var.language);
  const tenant = c.var.tenant as WebContext['var']['tenant'] | undefined;
  if (tenant?.state === 'suspended')
    return (
      <aside class="band" aria-label={words.state}>
        {words.suspended}
      </aside>
    );
  if (tenant?.state !== 'validation') return <></>;
  return (
    <aside class="band" aria-label={words.state}>
      {words.validation} <a href={`/t/${tenant.id}/first-file`}>{words.finishSetUp}</a>
    </aside>
  );
}

function Tabs({ c, current }: { c: WebContext; current: Tab | undefined }) {
  const words = wordsOf(c.var.language);
  const tenant = c.var.tenant as WebContext['var']['tenant'] | undefined;
  if (!tenant) return <></>;
  return (
    <nav class="tabs" aria-label={tenant.name}>
      {tabs.map(([tab, path]) => (
        <a href={`/t/${tenant.id}${path}`} {...(tab === current && { 'aria-current': 'page' })}>
          {words[tab]}
        </a>
      ))}
    </nav>
  );
}
