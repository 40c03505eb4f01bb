import { createWeb } from '../../src/web/app.ts';
import type { WebOptions, WebRouter } from '../../src/web/context.ts';
import { createOperator, setMember, useLink } from '../../src/admin/people.ts';
import type { Database } from '../../src/db/client.ts';
import type { Role } from '../../src/model/person.ts';
import { apiWorld, type ApiWorld } from '../api/world.ts';

const ORIGIN = 'http://localhost';
export const PASSWORD = 'correct horse battery';

/** A browser: it keeps its cookies, and says where it comes from. */
interface Browser {
  get: (path: string, headers?: Record<string, string>) => Promise<Page>;
  post: (path: string, form?: Record<string, string>, headers?: Record<string, string>) => Promise<Page>;
  cookies: Map<string, string>;
}

interface Page {
  status: number;
  html: string;
  /** As a reader sees it: without tags. */
  text: string;
  location: string | null;
  headers: Headers;
}

export interface WebWorld extends ApiWorld {
  web: WebRouter;
  webOptions: WebOptions;
  browser: () => Browser;
  /** A browser in which somebody is signed in. `operator`: of the server; else their role in `acme`. */
  signedInAs: (who: 'operator' | Role, email?: string) => Promise<Browser>;
}

/** The pages over the API and a real database, with the tenants `acme` and `other`. */
export async function webWorld(database: Database, given: Partial<WebOptions> = {}): Promise<WebWorld> {
  const api = await apiWorld(database);
  const webOptions: WebOptions = {
    ...{ database, log: api.depot.log, api: api.app, language: 'fr', trustedProxies: [], publicUrl: undefined },
    ...{ auditLog: api.options.auditLog, penalties: api.options.penalties as WebOptions['penalties'] },
    endpoint: {
      host: 'ftp.example.org',
      ports: { sftp: 2022, ftp: 2121, ftps: 2990 },
      hostKeys: [{ type: 'ssh-ed25519', fingerprint: 'SHA256:abc' }],
      certificate: () => ({ fingerprint: 'AA:BB', validTo: new Date('2029-03-03'), isOwn: true }),
    },
    requestsPerMinute: 10_000,
    now: () => Date.now(),
    wait: (ms) => Promise.resolve(api.waited.push(ms)),
    ...given,
  };
  const web = createWeb(webOptions);
  const admin = { database, actor: 'test' };
  const browser = () => browserOf(web);
  return {
    ...{ ...api, web, webOptions, browser },
    async signedInAs(who, email = `${who}@example.org`) {
      const made =
        who === 'operator'
          ? await createOperator(admin, { email, language: 'fr' })
          : await setMember(admin, 'acme', { email, role: who, language: 'fr' });
      const token = made.link?.path.split('/').at(-1) ?? '';
      await useLink(database, token, { email, password: PASSWORD, language: 'fr' });
      const one = browser();
      await one.post('/sign-in', { email, password: PASSWORD });
      return one;
    },
  };
}

function browserOf(web: WebRouter): Browser {
  const cookies = new Map<string, string>();
  async function ask(path: string, init: RequestInit): Promise<Page> {
    const headers = new Headers(init.headers);
    headers.set('host', 'localhost');
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await web.request(`${ORIGIN}${path}`, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const html = await answer.text();
    return {
      ...{ status: answer.status, html, headers: answer.headers, location: answer.headers.get('location') },
      text: html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '),
    };
  }
  return {
    cookies,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, form = {}, headers = { origin: ORIGIN }) =>
      ask(path, {
        method: 'POST',
        body: new URLSearchParams(form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
  };
}
