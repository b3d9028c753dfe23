let sheet: CSSStyleSheet | undefined;

/** One sheet for all elements of the page. Constructed, not markup, so that a Content-Security-Policy need not allow styles. */
export function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

// Every part has its size before there is anything to show: then nothing that comes later moves anything.
const css = `
:host{
--surface:var(--nearest-relay-surface,light-dark(#fff,#11181f));
--text:var(--nearest-relay-text,light-dark(#17222d,#e8eef4));
--muted:var(--nearest-relay-muted,light-dark(#566473,#9dabb9));
--line:var(--nearest-relay-line,light-dark(#e2e8ee,#26313c));
--land:var(--nearest-relay-land,light-dark(#c6d1dc,#3a4856));
--accent:var(--nearest-relay-accent,light-dark(#0a7568,#3ecfb7));
--bar:var(--nearest-relay-bar,light-dark(#8fb4d8,#4c7aa5));
--bad:var(--nearest-relay-bad,light-dark(#b3261e,#ff8a80));
--warn:var(--nearest-relay-warn,light-dark(#8a5300,#f2b866));
--rows:var(--nearest-relay-rows,8);
display:block;color-scheme:light dark;container-type:inline-size;
font:var(--nearest-relay-font,400 .875rem/1.4 system-ui,sans-serif);color:var(--text);
}
:host([hidden]){display:none}
*{box-sizing:border-box;margin:0;padding:0}
[part~=card]{display:grid;gap:1rem;grid-template-columns:minmax(0,1fr);padding:1rem;background:var(--surface);border:1px solid var(--line);border-radius:var(--nearest-relay-radius,.875rem);overflow:clip}
p,[part=name],[part=tag],dd{unicode-bidi:isolate;overflow-wrap:anywhere}
[part=state]{color:var(--muted);font-size:.8125rem;block-size:1.4em;display:flex;gap:.5em;align-items:center;overflow:hidden}
[part=state]::before{content:"";flex:none;inline-size:.5rem;block-size:.5rem;border-radius:50%;background:var(--muted)}
[part~=settled] [part=state]::before{background:var(--accent)}
:is([part~=unreachable],[part~=error],[part~=failing],[part~=offline]) [part=state]::before{background:var(--bad)}
[part=title]{font-size:1.75rem;font-weight:650;line-height:1.25;block-size:1.25em;letter-spacing:-.01em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
[part=stats]{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.5rem;margin-block:.5rem .625rem}
dt{color:var(--muted);font-size:.75rem}
dd{font-size:1rem;font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}
[part=why]{block-size:2.8em;overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2}
[part=map]{position:relative}
[part=world]{display:block;inline-size:100%;aspect-ratio:91/43;content-visibility:auto}
[part=world-note]{position:absolute;inset:auto 0 0;text-align:center;color:var(--muted);font-size:.75rem}
[part=land]{fill:none;stroke:var(--land);stroke-width:.62;stroke-linecap:round;stroke-dasharray:0 1}
[part~=place]{r:1.1px;fill:var(--bar);stroke:var(--surface);stroke-width:.5}
[part~=place][part~=equal]{fill:var(--accent)}
[part~=place]:is([part~=bound],[part~=none]){fill:var(--surface);stroke:var(--muted)}
[part~=place][part~=home]{r:1.5px;fill:var(--accent);stroke:color-mix(in srgb,var(--accent) 35%,transparent);stroke-width:2.4}
[part~=place][part~=pressed]{stroke:var(--text);stroke-width:.7}
[part=list]{block-size:calc(1.75rem + var(--rows)*2.75rem);overflow:auto;overscroll-behavior:contain;content-visibility:auto}
table{inline-size:100%;table-layout:fixed;border-collapse:collapse}
thead th{position:sticky;inset-block-start:0;z-index:1;background:var(--surface);color:var(--muted);font-size:.75rem;font-weight:400;block-size:1.75rem;box-shadow:0 1px var(--line)}
th,td{text-align:start;font-weight:400;padding-inline-end:.5rem;overflow:hidden;white-space:nowrap}
th:first-child{inline-size:40%}
th:last-child{inline-size:22%}
:is(th,td):last-child{padding-inline-end:0}
tbody tr{block-size:2.75rem}
tbody tr+tr{border-block-start:1px solid var(--line)}
button{all:unset;box-sizing:border-box;display:block;inline-size:100%;block-size:2.5rem;padding:.125rem .25rem;border-radius:.375rem;cursor:pointer}
:is([part=name],[part=tag],[part=remark],[part=figure]){display:block;overflow:hidden;text-overflow:ellipsis}
[part=name]{font-weight:600;line-height:1.25rem}
[part=tag]{color:var(--muted);font-size:.75rem;line-height:1rem}
button:hover,button[aria-pressed=true]{background:color-mix(in srgb,var(--accent) 12%,transparent)}
button:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
[part~=home] [part=name]{color:var(--accent)}
[part=latency]{display:grid;grid-template-columns:auto minmax(0,1fr);align-items:baseline;gap:.25rem .5rem}
[part=figure]{font-variant-numeric:tabular-nums;min-inline-size:4.75rem}
[part=track]{grid-column:1/-1;block-size:.375rem;border-radius:1rem;background:color-mix(in srgb,var(--line) 55%,transparent)}
[part=bar]{block-size:100%;border-radius:1rem;background:var(--bar);transition:inline-size .3s}
[part~=home] [part=bar],[part~=equal] [part=bar]{background:var(--accent)}
[part~=doubtful] [part=bar]{opacity:.6}
[part~=bound] [part=bar]{background:repeating-linear-gradient(115deg,var(--muted) 0 2px,transparent 2px 5px)}
:is([part~=bound],[part~=none]) [part=figure]{color:var(--muted)}
[part=remark]{color:var(--muted);font-size:.75rem;visibility:hidden}
[part=spark]{display:block;inline-size:100%;block-size:1.75rem}
[part=line]{fill:none;stroke:var(--bar);stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round;vector-effect:non-scaling-stroke}
[part~=home] [part=line]{stroke:var(--accent)}
[part=lost]{stroke:var(--bad);stroke-width:1;vector-effect:non-scaling-stroke}
[part=spark]:dir(rtl){transform:scaleX(-1)}
[part~=details]{color:var(--muted);font-size:.8125rem;block-size:4.2em;overflow:auto}
[part~=notice]{color:var(--warn)}
[part=spoken]{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@container (min-width:44rem){
[part~=card]{padding:1.25rem;grid-template-columns:minmax(0,9fr) minmax(0,11fr);grid-template-rows:auto auto 1fr;column-gap:2rem}
[part=list]{grid-area:1/2/4/3}
[part=remark]{visibility:visible}
th:first-child{inline-size:36%}
}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
@media (forced-colors:active){
[part=bar]{background:CanvasText!important;forced-color-adjust:none}
[part~=home] [part=bar]{background:Highlight!important}
[part=land]{stroke:GrayText}
[part~=place]{fill:CanvasText;stroke:Canvas}
[part~=place][part~=home]{fill:Highlight}
[part=line]{stroke:CanvasText}
button[aria-pressed=true]{outline:2px solid Highlight}
}`;
