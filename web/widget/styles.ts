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
--accent:var(--nearest-relay-accent,light-dark(#0a7568,#3ecfb7));
--bar:var(--nearest-relay-bar,light-dark(#8fb4d8,#4c7aa5));
--bad:var(--nearest-relay-bad,light-dark(#b3261e,#ff8a80));
--line:color-mix(in srgb,var(--text) 10%,transparent);
--tint:color-mix(in srgb,var(--accent) 12%,transparent);
display:block;color-scheme:light dark;container-type:inline-size;
font:var(--nearest-relay-font,400 .875rem/1.4 system-ui,sans-serif);color:var(--text)
}
:host([hidden]){display:none}
*{box-sizing:border-box;margin:0;padding:0}
p,dd,span{unicode-bidi:plaintext;text-align:left}
:is(p,dd,span):dir(rtl){text-align:right}
span{display:block;overflow:hidden;text-overflow:ellipsis}
[part~=card]{display:grid;gap:1rem;grid-template-columns:minmax(0,1fr);padding:1rem;background:var(--surface);border:1px solid var(--line);border-radius:var(--nearest-relay-radius,.875rem);overflow:clip}
:is([part=state],[part~=details],[part=world-note],[part=tag],[part=remark],dt,thead th){color:var(--muted);font-size:.75rem}
:is([part=state],[part~=details]){font-size:.8125rem}
[part=state]{display:flex;align-items:center;gap:.5em}
[part=state]::before{content:"";inline-size:.5rem;block-size:.5rem;border-radius:50%;background:var(--muted)}
[part~=settled] [part=state]::before{background:var(--accent)}
:is([part~=unreachable],[part~=error],[part~=failing],[part~=offline]) [part=state]::before{background:var(--bad)}
[part=title]{font-size:1.75rem;font-weight:650;line-height:1.25;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
[part=stats]{display:grid;grid-template-columns:4fr 5fr 3fr;gap:.5rem;margin-block:.5rem .625rem}
dd{font-size:1rem;font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}
:is([part=why],[part~=details]){block-size:2.8em;overflow:hidden;overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2}
[part=map]{position:relative}
[part=world]{display:block;overflow:visible}
[part=world-note]{position:absolute;inset:auto 0 0;text-align:center}
[part=land]{fill:none;stroke:var(--muted);stroke-opacity:.4;stroke-width:.62;stroke-linecap:round;stroke-dasharray:0 1}
[part~=place]{r:1.1px;fill:var(--bar);stroke:var(--surface);stroke-width:.5}
[part~=place]:is([part~=bound],[part~=none]){fill:var(--surface);stroke:var(--muted)}
[part~=place][part~=equal]{fill:var(--accent)}
[part~=place][part~=home]{r:1.5px;fill:var(--accent);stroke:var(--accent);stroke-opacity:.3;stroke-width:2.4}
[part~=place][part~=pressed]{stroke:var(--text);stroke-width:.7;stroke-opacity:1}
[part=list]{block-size:calc(1.75rem + var(--nearest-relay-rows,8)*2.75rem);overflow:auto;content-visibility:auto;background:linear-gradient(transparent calc(100% - 1px),var(--line) 0) 0 1.75rem/100% 2.75rem local}
table{inline-size:100%;table-layout:fixed;border-collapse:collapse}
thead th{position:sticky;inset-block-start:0;z-index:1;background:var(--surface);block-size:1.75rem}
th,td{text-align:start;font-weight:400;padding-inline-end:.5rem;overflow:hidden;white-space:nowrap}
th:first-child{inline-size:37%}
th:last-child{inline-size:27%}
:is(th,td):last-child{padding-inline-end:0}
tbody tr{block-size:2.75rem}
button{all:unset;box-sizing:border-box;display:block;inline-size:100%;block-size:2.5rem;padding:.125rem .25rem;border-radius:.375rem;cursor:pointer}
button:hover,button[aria-pressed=true]{background:var(--tint)}
button:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
[part=name]{font-weight:600;line-height:1.25rem}
[part=tag]{line-height:1rem}
[part~=row][part~=home] [part=name]{color:var(--accent)}
[part=latency]{display:grid;grid-template-columns:auto minmax(0,1fr);align-items:baseline;gap:.25rem .5rem}
[part=figure]{font-variant-numeric:tabular-nums;min-inline-size:4.75rem}
:is([part~=bound],[part~=none]) [part=figure]{color:var(--muted);font-size:.8125rem;grid-column:1/-1}
[part=remark]:empty{display:none}
[part=remark]{visibility:hidden}
[part=track]{grid-column:1/-1;block-size:.375rem;border-radius:1rem;overflow:clip;background:var(--line)}
[part=bar]{block-size:100%;border-radius:1rem;background:var(--bar);transform:translateX(calc((var(--share) - 1)*100%));transition:transform .3s}
[part=bar]:dir(rtl){transform:translateX(calc((1 - var(--share))*100%))}
:is([part~=home],[part~=equal]) [part=bar]{background:var(--accent)}
[part~=doubtful] [part=bar]{opacity:.6}
[part~=bound] [part=bar]{background:repeating-linear-gradient(115deg,var(--muted) 0 2px,transparent 2px 5px)}
[part=spark]{display:block;inline-size:100%;block-size:1.75rem;fill:none;stroke:var(--bar);stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
[part=spark]:dir(rtl){transform:scaleX(-1)}
[part=spark] *{vector-effect:non-scaling-stroke}
[part~=row][part~=home] [part=line]{stroke:var(--accent)}
[part=lost]{stroke:var(--bad)}
[part~=notice]{color:var(--bad)}
[part=spoken]{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
@container (min-width:44rem){
[part~=card]{padding:1.25rem;grid-template-columns:minmax(0,9fr) minmax(0,11fr);grid-template-rows:auto auto 1fr;column-gap:2rem}
[part=list]{grid-area:1/2/4/3}
[part=remark]{visibility:visible}
th:first-child{inline-size:34%}
th:last-child{inline-size:22%}
}
@media (prefers-reduced-motion:reduce){[part=bar]{transition:none}}
@media (forced-colors:active){
[part=bar]{background:CanvasText!important;forced-color-adjust:none}
[part~=bound] [part=bar]{background:none!important;border:1px dashed CanvasText}
[part=land]{stroke:CanvasText}
[part=state]::before{forced-color-adjust:none}
[part~=place]{fill:CanvasText;stroke:Canvas}
[part~=place]:is([part~=bound],[part~=none]){fill:Canvas;stroke:CanvasText}
[part~=place][part~=home]{fill:Highlight;stroke:none}
[part~=row] [part]{stroke:CanvasText}
button[aria-pressed=true]{outline:2px solid Highlight}
}`;
