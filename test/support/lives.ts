import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { Sql } from '../../src/db/client.ts';

const page = readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8');

const titles = {
  upload: '## An upload',
  sync: '## A sync',
  'FTP control connection': '## An FTP control connection',
  'FTP sign-in': '## Signing in over FTP',
  'SSH connection': '## An SSH connection',
  'SFTP channel': '## An SFTP channel',
} as const;

/** The arrows that docs/states.md draws for one thing; `[*]` is where it begins. */
export function drawn(of: keyof typeof titles): (readonly [from: string, to: string])[] {
  const chart = page.split(titles[of])[1]?.split('```')[1] ?? '';
  return [...chart.matchAll(/^ {2}(\S+) --> (\w+)/gm)].map(([, from = '', to = '']) => [from, to]);
}

/** A statement of a test's own, which may put things into states that no product would. */
export const byHand = "select set_config('arrivage.by_hand', 'on', true)";

/** Has a database refuse every change of state that the page does not draw, to the end of the test. */
export async function holdToLives(sql: Sql): Promise<void> {
  for (const of of ['upload', 'sync'] as const) {
    const arrows = drawn(of).map((arrow) => arrow.join(' '));
    await sql.unsafe(`
      create or replace function ${of}_lives() returns trigger language plpgsql as $$
      declare arrow text := case tg_op when 'INSERT' then '[*]' else old.state end || ' ' || new.state;
      begin
        if current_setting('arrivage.by_hand', true) = 'on' or tg_op = 'UPDATE' and old.state = new.state
          or arrow = any ('{${arrows.map((one) => `"${one}"`).join(',')}}') then
          return new;
        end if;
        raise exception 'docs/states.md draws no % of ${of}', arrow;
      end $$;
      create or replace trigger ${of}_lives before insert or update of state on ${of}s
        for each row execute function ${of}_lives();`);
  }
  onTestFinished(async () => {
    await sql`drop function upload_lives cascade`;
    await sql`drop function sync_lives cascade`;
  });
}
