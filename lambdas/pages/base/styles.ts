import { createHash } from 'node:crypto';

/** The one style sheet of the hosted pages, sent inline: no second request, and the CSP names it by its hash. */
export const styles = `
:root {
  color-scheme: light dark;
  --page: #f3f5f8; --card: #ffffff; --text: #14181f; --muted: #4a5463; --line: #8a94a3; --edge: #dfe3ea;
  --accent: #1d4ed8; --accent-strong: #1e40af; --on-accent: #ffffff;
  --bad: #b42318; --bad-page: #fef3f2; --good: #067647;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --card: #161b22; --text: #eef1f5; --muted: #aab4c2; --line: #6b7686; --edge: #2b323d;
    --accent: #8fb4ff; --accent-strong: #b3ccff; --on-accent: #0b1526;
    --bad: #ffa198; --bad-page: #2d1614; --good: #6ddf9d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100svh; display: grid; place-items: center; padding: 1.5rem 1rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  width: 100%; max-width: 27rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--edge); border-radius: 14px;
}
.service { margin: 0 0 1.25rem; color: var(--muted); font-size: .875rem; overflow-wrap: anywhere; }
.mark { display: block; width: 2.75rem; height: 2.75rem; margin-bottom: 1rem; }
.mark.good { color: var(--good); }
.mark.bad { color: var(--bad); }
h1 {
  margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em;
  text-wrap: balance;
}
p { margin: 0 0 1rem; text-wrap: pretty; }
main > :last-child { margin-bottom: 0; }
label { display: block; margin: 1.25rem 0 .375rem; font-weight: 600; }
input {
  width: 100%; padding: .7rem .8rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: 8px;
}
input[readonly] { background: var(--page); border-color: var(--edge); color: var(--muted); text-overflow: ellipsis; }
input[aria-invalid="true"] { border-color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { margin: .5rem 0 0; color: var(--muted); font-size: .9rem; }
.alert {
  margin: 1.25rem 0 0; padding: .75rem 1rem; background: var(--bad-page); color: var(--bad);
  border: 1px solid currentColor; border-radius: 8px;
}
.alert p { margin: 0; font-weight: 600; }
.alert ul { margin: .25rem 0 0; padding-left: 1.2rem; }
button {
  width: 100%; margin: 1.5rem 0 0; padding: .8rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: 8px;
}
button:hover { background: var(--accent-strong); }
.note { margin: 1.5rem 0 0; color: var(--muted); font-size: .875rem; }
@media (max-width: 30rem) {
  body { place-items: start center; padding: 1rem .75rem; }
  main { padding: 1.5rem 1.25rem; }
}
`;

/** The sheet's CSP source expression (CSP Level 3 §2.3.1). */
export const stylesSource = `'sha256-${createHash('sha256').update(styles).digest('base64')}'`;
