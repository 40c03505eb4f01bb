/** The one style sheet of all pages: tokens, base, parts. Colours have 4.5 : 1 against what they stand on, in both schemes. */
export const style = /* css */ `
@layer tokens, base, parts;
@layer tokens {
  :root {
    color-scheme: light dark;
    --paper: light-dark(#fff, #14181c);
    --raised: light-dark(#f4f6f8, #1d2329);
    --ink: light-dark(#1b2126, #e8ecef);
    --soft: light-dark(#56616b, #a5b0ba);
    --line: light-dark(#d5dbe1, #39424b);
    --edge: light-dark(#6b7680, #86919b);
    --accent: light-dark(#1f5f8b, #7fc0ee);
    --on-accent: light-dark(#fff, #0b1a26);
    --good: light-dark(#1b6b3a, #7fd49f);
    --bad: light-dark(#a3241c, #ff9d94);
    --decide: light-dark(#8a5200, #ffc266);
    --band: light-dark(#fff3da, #3a2c10);
    --gap: 1rem;
    --radius: 6px;
  }
}
@layer base {
  *, ::before, ::after { box-sizing: border-box; }
  html { font: 100%/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink); font-variant-numeric: tabular-nums; }
  body { margin: 0; min-height: 100vh; }
  h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 var(--gap); overflow-wrap: anywhere; }
  h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
  h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
  p { margin: 0 0 .75rem; max-width: 70ch; }
  a { color: var(--accent); text-underline-offset: .15em; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
  main:focus { outline: none; }
  code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
  label, legend { font-weight: 600; display: block; margin: .75rem 0 .25rem; }
  legend { padding: 0; }
  fieldset { border: 0; margin: 0; padding: 0; }
  input, select, textarea, button, .button { font: inherit; color: inherit; border-radius: var(--radius); min-height: 2.5rem; }
  input, select, textarea { border: 1px solid var(--edge); background: var(--paper); padding: .35rem .6rem; max-width: 100%; }
  input:not([type=checkbox], [type=radio], [type=hidden]), textarea { width: 100%; max-width: 26rem; }
  input[type=checkbox], input[type=radio] { min-height: 0; width: 1.1rem; height: 1.1rem; margin: 0 .4rem 0 0; vertical-align: -.15em; }
  .check { font-weight: 400; }
  button, .button { display: inline-block; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); padding: .4rem 1rem; cursor: pointer; text-decoration: none; }
  button.second, .button.second { background: transparent; color: var(--accent); }
  button.danger { background: transparent; border-color: var(--bad); color: var(--bad); }
  button.plain { background: none; border: 0; padding: .25rem; color: var(--accent); text-decoration: underline; text-underline-offset: .15em; min-height: 1.5rem; }
  button.small { min-height: 2rem; padding: .15rem .6rem; }
  button:disabled { border-color: var(--line); background: var(--raised); color: var(--soft); cursor: not-allowed; }
  progress { width: 100%; max-width: 30rem; height: .9rem; accent-color: var(--accent); }
  table { border-collapse: collapse; width: 100%; }
  caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
  th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
  th { font-weight: 600; color: var(--soft); font-size: .9rem; }
  tbody th { color: inherit; font-size: 1rem; }
  .number { text-align: right; white-space: nowrap; }
}
@layer parts {
  .skip { position: absolute; left: -100vw; }
  .skip:focus { left: var(--gap); top: .5rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }
  .top { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; padding: .5rem var(--gap); border-bottom: 1px solid var(--line); }
  .brand { font-weight: 700; font-size: 1.125rem; color: inherit; text-decoration: none; }
  .where { font-weight: 600; color: inherit; }
  .own { margin-left: auto; display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; }
  .own form { display: inline; }
  .band { margin: 0; max-width: none; padding: .5rem var(--gap); background: var(--band); border-bottom: 1px solid var(--line); }
  .tabs { display: flex; flex-wrap: wrap; gap: 0 1.25rem; padding: 0 var(--gap); border-bottom: 1px solid var(--line); }
  .tabs a { padding: .6rem 0; text-decoration: none; color: inherit; border-bottom: 3px solid transparent; }
  .tabs a[aria-current] { border-color: var(--accent); font-weight: 600; }
  main { padding: 1.5rem var(--gap) 4rem; max-width: 80rem; margin: 0 auto; }
  .narrow { max-width: 28rem; margin: 0 auto; }
  .head { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between; }
  .acts { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
  .acts form { display: inline; }
  .box { border: 1px solid var(--line); border-radius: var(--radius); padding: var(--gap); margin-bottom: var(--gap); background: var(--raised); overflow-wrap: anywhere; }
  .pair { display: grid; gap: var(--gap); grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
  .box > :last-child { margin-bottom: 0; }
  .box h2 { margin-top: 0; }
  .short:not([type=checkbox], [type=radio], [type=hidden]) { width: 6rem; }
  .wide { overflow-x: auto; position: relative; }
  .state { font-weight: 600; } span.state { white-space: nowrap; }
  .good { color: var(--good); } .bad { color: var(--bad); } .decide { color: var(--decide); } .now { color: var(--accent); } .plain { color: inherit; }
  .soft { color: var(--soft); }
  .facts { display: grid; gap: .25rem var(--gap); margin: 0 0 var(--gap); }
  .facts > div { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: var(--gap); border-bottom: 1px solid var(--line); padding: .3rem 0; }
  .facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
  .copy { display: flex; gap: .5rem; align-items: flex-start; margin: .25rem 0 .75rem; }
  .copy code { flex: 1; background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius); padding: .5rem .75rem; user-select: all; white-space: pre-wrap; }
  .empty { border: 1px dashed var(--edge); border-radius: var(--radius); padding: 1.5rem; color: var(--soft); }
  .empty :last-child { margin-bottom: 0; }
  .wrong { border-left: 4px solid var(--bad); padding: .5rem 1rem; margin-bottom: var(--gap); background: var(--raised); }
  .wrong h2 { margin-top: 0; color: var(--bad); }
  .field-wrong { color: var(--bad); font-weight: 600; margin: 0 0 .25rem; }
  .filter { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin-bottom: var(--gap); }
  .filter label { margin-top: 0; }
  .pages { display: flex; gap: 1rem; margin-top: var(--gap); }
  .stages { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 0 0 var(--gap); list-style: none; }
  .list { list-style: none; padding: 0; margin: 0; }
  .list > li { border-bottom: 1px solid var(--line); padding: .6rem 0; }
  .was { color: var(--soft); text-decoration: line-through; }
  @media (max-width: 40rem) { .facts > div { grid-template-columns: 1fr; gap: 0; } .own { margin-left: 0; } }
  @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
}
`;
