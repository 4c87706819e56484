/** The style of the documentation: the system's fonts, light and dark, narrow and wide. */
export const DOCS_STYLE = `:root {
  color-scheme: light dark;
  --text: #1c2024; --soft: #60646c; --line: #d9d9e0; --ground: #fff; --raised: #f7f7f9; --accent: #1d5fbf;
  --get: #1d5fbf; --post: #1f7a4d; --put: #8a5a00; --delete: #b3261e;
  --sans: system-ui, -apple-system, "Segoe UI", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #edeef0; --soft: #a5a9b1; --line: #34373d; --ground: #111214; --raised: #1a1c1f; --accent: #7db2ff;
    --get: #7db2ff; --post: #6fd3a0; --put: #e8b04a; --delete: #ff8f85;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.5 var(--sans); }
.layout { display: grid; grid-template-columns: 264px minmax(0, 1fr); max-width: 1180px; margin: 0 auto; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 24px 16px 24px 24px; border-right: 1px solid var(--line); }
nav h2 { margin: 20px 0 4px; font-size: 12px; font-weight: 600; color: var(--soft); text-transform: capitalize; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: flex; gap: 6px; align-items: baseline; padding: 3px 0; font-size: 13px; color: var(--text); text-decoration: none; overflow-wrap: anywhere; }
nav .method { flex: none; width: 30px; font: 600 10px/1 var(--mono); }
nav a:hover, nav a:focus-visible { color: var(--accent); }
main { padding: 24px 32px 64px; min-width: 0; }
h1 { margin: 0 0 4px; font-size: 22px; line-height: 1.3; }
main > h2 { margin: 40px 0 8px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 17px; text-transform: capitalize; }
article { margin: 24px 0 32px; scroll-margin-top: 16px; }
h3 { margin: 0 0 4px; font-size: 15px; }
h4 { margin: 16px 0 4px; font-size: 12px; font-weight: 600; color: var(--soft); }
p { margin: 4px 0 8px; max-width: 76ch; }
a { color: var(--accent); }
code, pre, .call { font-family: var(--mono); font-size: 12.5px; font-variant-numeric: tabular-nums; }
.call { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: baseline; margin: 6px 0; padding: 6px 10px; background: var(--raised); border: 1px solid var(--line); border-radius: 4px; overflow-wrap: anywhere; }
.method { font-weight: 700; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .delete { color: var(--delete); }
.scope { margin-left: auto; color: var(--soft); font-family: var(--sans); font-size: 12px; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-size: 12px; font-weight: 600; color: var(--soft); }
th:first-child { width: 32%; }
th:nth-child(2):not(:last-child) { width: 24%; }
td:first-child { overflow-wrap: anywhere; }
.soft { color: var(--soft); }
details { margin: 4px 0; }
summary { cursor: pointer; color: var(--soft); }
pre { margin: 6px 0; padding: 8px 10px; background: var(--raised); border: 1px solid var(--line); border-radius: 4px; overflow-x: auto; line-height: 1.45; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 760px) {
  .layout { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; height: auto; padding: 16px 16px 0; border-right: 0; }
  nav ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 0 14px; }
  main { padding: 16px 16px 48px; }
}
@media print { nav { display: none; } .layout { display: block; } }
`;
