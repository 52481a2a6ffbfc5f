/**
 * The page's style sheet. Colour means something wherever it appears: red is abuse or failure, amber wants attention.
 * Contrast of text is at least 4.5 to 1 in both schemes.
 */
export const style = `
:root{color-scheme:light dark;--paper:#f8f7f5;--card:#fff;--ink:#1d1c1a;--soft:#5d5954;--line:#e2dfda;--code:#f1efec;
--red:#a5231b;--redline:#c8493f;--redwash:#fcefed;--amber:#85500a;--amberline:#b27418;--amberwash:#fcf4e5;--bar:#8290a0;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{--paper:#151514;--card:#1d1d1b;--ink:#e9e6e1;--soft:#aaa59d;--line:#353330;--code:#282725;
--red:#ff978c;--redline:#d9584c;--redwash:#2c1a18;--amber:#ecb661;--amberline:#b07a26;--amberwash:#2a2216;--bar:#69737e}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:14.5px/1.42 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;-webkit-text-size-adjust:100%;scroll-padding-top:12px}
body{overflow-wrap:break-word;margin:0 auto;max-width:1240px;padding:12px 24px 64px}
h1,h2,p,ul,ol,dl,dd,figure{margin:0}
h1{font-size:27px;line-height:1.2;letter-spacing:.01em;font-weight:600;overflow-wrap:anywhere}
h2{font-size:16px;line-height:1.3;font-weight:650;text-wrap:balance}
code{font-family:var(--mono);font-size:.9em;overflow-wrap:anywhere}
h1 code{font-size:1em}
.scroll .whole{white-space:nowrap}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:2px;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--amberline);outline-offset:2px}
.kicker{font-size:12px;letter-spacing:.02em;color:var(--soft)}
.meta,.aside{color:var(--soft);font-size:13px}
.owner{margin-top:3px}.owner b{font-weight:600;margin-right:3px}
.meta{margin-top:1px;overflow-wrap:anywhere}
.unseen:is(caption){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.trouble,.trouble code{color:var(--red)}
.gap{color:var(--amber);font-weight:600}
.verdict{position:relative;margin:9px 0 10px;padding:8px 16px 8px;background:var(--card);border:1px solid var(--line);border-left:5px solid var(--soft);border-radius:5px}
.verdict h2{font-size:18px}
.verdict>.aside{margin-top:2px}
.verdict ul{margin:4px 0 0;padding:0;list-style:none;columns:2 380px;column-gap:32px}
.verdict li{font-size:14px;break-inside:avoid;padding:1px 0 1px 15px;text-indent:-15px;overflow-wrap:anywhere}
.verdict li::before{content:"–";display:inline-block;width:15px;text-indent:0;color:var(--soft)}
.verdict li a{font-size:12.5px;color:var(--soft);display:inline-block;max-width:100%;text-indent:0}
.level{display:inline-block;margin-right:5px;padding:0 9px;border-radius:3px;color:var(--card);background:var(--soft);font-weight:650}
.abused{background:var(--redwash);border-color:var(--redline)}.abused .level{background:var(--red)}
.used{background:var(--amberwash);border-color:var(--amberline)}.used .level{background:var(--amber)}
.cards{display:grid;grid-template-columns:minmax(0,1.25fr) minmax(0,1fr);gap:10px}
.cards>section{padding:8px 16px 9px;background:var(--card);border:1px solid var(--line);border-radius:5px;min-width:0}
.cards h2{margin-bottom:4px}
.cards>.next{grid-column:1/-1}
.cards>.next ol{counter-reset:step;list-style:none;padding:0}
.cards>.next li{counter-increment:step;position:relative;padding-left:20px;display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:0 16px;align-items:start}
.cards>.next .command{margin-top:1px;padding:2px 8px}
.cards>.next li::before{content:counter(step) ".";position:absolute;left:0;color:var(--soft)}
.cards ul,.cards ol{padding-left:18px}
.cards ul.damage{padding:0;list-style:none}
.cards li+li{margin-top:2px}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 14px}
dt{color:var(--soft);font-size:13px;line-height:21px}
dd{overflow-wrap:anywhere}
.command{display:block;margin-top:2px;padding:4px 8px;background:var(--code);border-radius:3px;font-size:12.5px;line-height:1.4;user-select:all}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.4}
th,td{padding:4px 14px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}
tr>:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0}
thead th{color:var(--soft);font-size:12.5px;white-space:nowrap;vertical-align:bottom}
caption{text-align:left;color:var(--soft);font-size:13px;padding-bottom:3px}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.time{white-space:nowrap;font-variant-numeric:tabular-nums}
td.text{max-width:36em}
.moment a{white-space:nowrap}
td.long{min-width:17em}
.none{color:var(--soft)}
.flagged>:first-child{box-shadow:inset 3px 0 0 var(--redline);padding-left:10px}
.clients{margin-bottom:4px}
.clients tr>:first-child{padding-left:10px}.clients th,.clients td{padding-block:3px}
.agent,.signs{display:block;overflow-wrap:anywhere}
.agent{color:var(--soft);font-size:13px}
.clients{table-layout:fixed}.clients th:first-child{width:10.8em}.clients .number{width:4.9em}
.clients .agent{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.signs{color:var(--red)}
.scroll{overflow-x:auto;margin-top:10px}
nav{margin:18px 0 0;padding:9px 0;border-block:1px solid var(--line);font-size:13.5px}
nav ul{display:flex;flex-wrap:wrap;gap:3px 20px;padding:0;list-style:none}
.step{padding:30px 0 6px;border-bottom:1px solid var(--line)}
.step>h2{font-size:22px}
.asked{max-width:78ch;margin-top:2px}
.step>.asked{color:var(--soft)}
.step>p,.step>figure,.step>ol,.step>ul,.step>dl{margin-top:12px}
.step>.asked{margin-top:1px}
.step>ol{padding-left:22px;max-width:92ch}.step>ol li+li{margin-top:8px}
.question{padding:24px 0 4px}
.question h3,.empty b{font-size:16px;font-weight:650}
h3{margin:0;line-height:1.3}
.glance{display:flex;flex-wrap:wrap;gap:3px 22px;padding:0;list-style:none;font-size:13.5px}
.glance .figure{font-weight:650}
.empty{padding:0;list-style:none;margin-top:20px}
.empty li{padding:7px 0;max-width:92ch;font-size:14px}
.empty li+li{border-top:1px solid var(--line)}
.empty b{font-size:14px}.empty details{margin-top:2px}
a.figure{text-decoration-style:dotted}a.figure:hover{text-decoration-style:solid}
.intruder{margin-top:3px}.intruder code{font-weight:650}.abused .intruder code{color:var(--red)}
.question>p+table,.question>.scroll{margin-top:12px}
.question>.aside,.step>.aside,details>.aside{margin-top:8px}
.granted{margin-top:10px;font-size:13.5px}
.step>.command{width:fit-content;max-width:100%;margin-top:4px}
.reading{margin-top:12px;padding-left:12px;border-left:3px solid var(--line);font-size:14px;max-width:92ch}
.reading p+p{margin-top:2px}
.reading b{font-weight:600;margin-right:4px}
.gaps{margin:8px 0 4px;padding:10px 16px 10px 32px;background:var(--amberwash);border-left:3px solid var(--amberline);border-radius:3px;max-width:92ch}
details{margin-top:8px;font-size:14px}
summary{cursor:pointer;color:var(--soft);width:fit-content}
summary:hover{color:var(--ink)}
details dl{margin-top:6px;font-size:13px}
.issuers{margin-top:12px;list-style:none;padding:0}
.tree{margin-top:12px;overflow-x:auto;font-size:14px}
.tree ul{list-style:none;padding:0}
.tree ul ul{padding-left:9px;margin-left:9px;border-left:1px solid var(--line)}
.tree li{padding:3px 0 0;min-width:16em}
.tree ul ul li{position:relative;padding-left:12px}
.tree ul ul li::before{content:"";position:absolute;left:-9px;top:13px;width:16px;border-top:1px solid var(--line)}
.tree strong{font-weight:650}
.chart svg,.map svg{display:block;width:100%;height:auto}
.map svg{max-width:940px;background:var(--card);border:1px solid var(--line);border-radius:4px}
.graph svg{display:block;font-size:12px}
svg text{fill:var(--ink);font-size:12px}
.lane{text-anchor:end;fill:var(--soft)!important}
.tick{fill:var(--soft)!important}.tick.middle{text-anchor:middle}.tick.end{text-anchor:end}
.cell{fill:var(--bar)}.c1{fill-opacity:.3}.c2{fill-opacity:.5}.c3{fill-opacity:.75}
path.flag{stroke:var(--ink);stroke-opacity:.45;stroke-dasharray:2 3;fill:none}
rect.flag{fill:var(--ink)}text.flag{fill:var(--paper);text-anchor:middle;font-weight:650;font-size:11px}
span.flag{display:inline-block;min-width:18px;padding:0 4px;text-align:center;border-radius:3px;background:var(--ink);color:var(--paper);font-size:11.5px;font-weight:650}
.node rect{fill:var(--card);stroke:var(--line);stroke-width:1.5}
.node text{font-family:var(--mono);font-size:11.5px}.node .id{font-size:13px;font-weight:650}.node .when{fill:var(--soft)}
.node.root rect{stroke:var(--ink)}.node.made rect{stroke:var(--redline);fill:var(--redwash)}.node.made .when{fill:var(--red)}
.node.alive rect{stroke:var(--amberline);fill:var(--amberwash)}.node.ended rect{stroke-dasharray:4 3}.node.ended .id,.node.more .id,.node.issuer .id{font-weight:400}
.edge{fill:none;stroke:var(--soft);stroke-width:1.2}
.land{fill:var(--line)}.grid{stroke:var(--line);stroke-width:.6;fill:none}
circle.calls{fill:var(--bar);fill-opacity:.55;stroke:var(--bar)}circle.marked{fill:var(--red);stroke:var(--red)}
figcaption{font-size:13px;color:var(--soft);margin-top:5px}
.key{white-space:normal}
.swatch{display:inline-block;width:10px;height:10px;margin:0 1px 0 8px;vertical-align:-1px;background:var(--bar)}
.answered{fill:var(--bar)}.axis{fill:var(--soft)}.failed{fill:var(--red)}.swatch.failed,.swatch.marked{background:var(--red)}
.swatch.flag{background:var(--ink);padding:0;min-width:10px}.swatch.made{background:var(--redline)}.swatch.alive{background:var(--amberline)}
.swatch.ended{background:none;border:1.5px dashed var(--soft)}.swatch.unknown{background:none;border:1.5px solid var(--soft)}
.moment:is(.action,.burst,.answer)>td:first-child{box-shadow:inset 3px 0 0 var(--redline);padding-left:10px}
.moment.issued>td:first-child{box-shadow:inset 3px 0 0 var(--amberline);padding-left:10px}
.moment.call>td:first-child,.moment.client>td:first-child,.moment>td:first-child{padding-left:10px}
footer{margin-top:36px;padding-top:10px;border-top:1px solid var(--line)}
@media (max-width:760px){.cards>.next li{display:block}body{padding:16px 16px 48px}h1{font-size:21px}.cards{grid-template-columns:minmax(0,1fr)}
.verdict h2{font-size:16.5px;text-wrap:wrap}.clients :is(thead,tbody),.clients{display:block}.clients tr{display:grid;grid-template-columns:1fr 4.6em 4.6em;border-bottom:1px solid var(--line)}.clients tbody tr:last-child{border:0}.clients :is(th,td){border:0}.clients tr>:last-child{grid-column:1/-1;padding:0 0 4px 10px}.clients thead tr>:last-child{display:none}.clients tr.flagged{box-shadow:inset 3px 0 0 var(--redline)}.clients .flagged>:first-child{box-shadow:none}.clients th:first-child,.clients .number{width:auto}dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:5px}th,td{padding-right:10px}}
@media print{@page{margin:14mm}html{font-size:10.5pt;background:none}body{max-width:none;padding:0}nav{display:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}.cards>section,.verdict,tr,figure,.reading{break-inside:avoid}h2,.kicker,.asked,.question>.aside{break-after:avoid}
.scroll,.tree{overflow:visible}.graph svg{max-width:100%;height:auto}.step{border:0}table{font-size:8.5pt}td.long{min-width:0}.scroll .whole{white-space:normal}code{overflow-wrap:anywhere}.command{border:1px solid var(--line)}}
`;
