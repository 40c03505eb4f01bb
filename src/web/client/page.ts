/**
 * What the browser adds to pages that work without it: parts that change while somebody looks, copying, confirmation before
 * what cannot be taken back, and keys.
 */

const said = document.getElementById('said');

/** Lets screen readers hear it. */
function say(text: string): void {
  if (said && said.textContent !== text) said.textContent = text;
}

/**
 * Parts that say `data-live` are asked for again, each as long after the last answer as it says, and not while nobody
 * looks. What somebody has the focus in is left alone.
 */
function keepLive(): void {
  const live = document.querySelector<HTMLElement>('[data-live]');
  if (!live) return;
  const every = Math.max(500, Number(live.dataset['live']));
  setTimeout(() => void refresh(), every);
}

let waiting = false;

async function refresh(): Promise<void> {
  if (document.hidden) {
    waiting = true;
    return;
  }
  try {
    const answer = await fetch(location.href, { headers: { 'x-part': '1' }, signal: AbortSignal.timeout(10_000) });
    if (answer.status === 401) {
      location.reload();
      return;
    }
    if (answer.ok) replaceParts(await answer.text());
    document.body.classList.toggle('is-stale', !answer.ok);
  } catch {
    document.body.classList.add('is-stale');
  }
  keepLive();
}

function replaceParts(html: string): void {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  for (const old of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const made = fresh.getElementById(old.id);
    if (!made || old.contains(document.activeElement) || made.outerHTML === old.outerHTML) continue;
    const told = made.querySelector('[data-say]')?.textContent.trim();
    if (told && told !== old.querySelector('[data-say]')?.textContent.trim()) say(told);
    old.replaceWith(document.adoptNode(made));
  }
  showCopies();
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden || !waiting) return;
  waiting = false;
  void refresh();
});

/** Without a clipboard (plain HTTP on a LAN has none) the line is selected instead. */
async function copy(button: HTMLElement): Promise<void> {
  const line = document.getElementById(button.dataset['copy'] ?? '');
  if (!line) return;
  getSelection()?.selectAllChildren(line);
  const clipboard = navigator.clipboard as Clipboard | undefined;
  await clipboard?.writeText(line.textContent.trim()).catch(() => undefined);
  const done = button.dataset['done'];
  if (clipboard && done !== undefined) say(done);
}

function showCopies(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) button.hidden = false;
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null;
  if (button) void copy(button);
});

/** A form is sent once, however often its button is pressed. */
document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset['sent'] !== undefined) event.preventDefault();
  form.dataset['sent'] = '';
});
// A page that comes back from the browser's memory can be sent again.
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset['sent'];
});

/** j and k move the focus along the rows of a list, Enter opens, / goes to the search. None decides anything. */
document.addEventListener('keydown', (event) => {
  const on = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || on.matches('input, select, textarea, [contenteditable]'))
    return;
  if (event.key === '/') {
    const search = document.querySelector<HTMLElement>('[type=search]');
    if (search) event.preventDefault();
    search?.focus();
  }
  if (event.key !== 'j' && event.key !== 'k') return;
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.indexOf(on);
  rows[event.key === 'j' ? Math.min(rows.length - 1, at + 1) : Math.max(0, at - 1)]?.focus();
});

/** What was wrong is where the reader is. */
document.getElementById('wrong')?.focus();
showCopies();
keepLive();
