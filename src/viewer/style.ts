const dark = `--paper:#151514;--card:#1d1d1b;--ink:#e9e6e1;--soft:#aaa59d;--line:#353330;--code:#282725;--link:#8db8f0;
--red:#ff978c;--redline:#d9584c;--redwash:#2c1a18;--amber:#ecb661;--amberline:#b07a26;--amberwash:#2a2216;--bar:#7fa6d6;--shade:#ffffff14;
--s1:#7fa6d6;--s2:#e0a458;--s3:#7fbf9b;--s4:#d88a9e;--s5:#b39ddb;--s6:#c9c46a;--s7:#6fc3c9;--s8:#d07fd0;--s9:#9db36a;--s10:#8f8b84`;

/** The style sheet of every page: the report's colours and letters. Contrast of text is at least 4.5 to 1 in both schemes. */
export const style = `
:root{color-scheme:light dark;--paper:#f8f7f5;--card:#fff;--ink:#1d1c1a;--soft:#5d5954;--line:#e2dfda;--code:#f1efec;--link:#174ea6;
--red:#a5231b;--redline:#c8493f;--redwash:#fcefed;--amber:#85500a;--amberline:#b27418;--amberwash:#fcf4e5;--bar:#3f6ea8;--shade:#1d1c1a12;
--s1:#3f6ea8;--s2:#c07c1e;--s3:#3d8a63;--s4:#b34d6b;--s5:#7a5fb0;--s6:#8a8420;--s7:#1f8189;--s8:#a04fa0;--s9:#5f7a2c;--s10:#8a857e;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark;${dark}}
@media (prefers-color-scheme:dark){:root[data-theme=auto]{${dark}}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:14.5px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
body{margin:0 auto;max-width:1360px;padding:0 24px 48px;overflow-wrap:break-word}
body.wide{max-width:2200px}
h1,h2,p,ul,ol,dl,dd,figure,fieldset,pre{margin:0}
h1{font-size:25px;line-height:1.25;font-weight:600;overflow-wrap:anywhere}
h2{font-size:17px;font-weight:650;margin:26px 0 6px}
main{padding-top:18px;outline:none}
code,pre{font-family:var(--mono);font-size:.92em;overflow-wrap:anywhere}
a{color:var(--link);text-underline-offset:2px;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--amberline);outline-offset:2px}
.skip{position:absolute;left:-99em}.skip:focus{left:8px;top:8px;background:var(--card);padding:6px 10px;z-index:1}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
body>header{display:flex;flex-wrap:wrap;gap:6px 28px;align-items:baseline;padding:12px 0;border-bottom:1px solid var(--line)}
.brand{margin-right:auto;min-width:0}.brand a{font-weight:700;color:var(--ink);text-decoration:none;font-size:17px;margin-right:8px}
.store{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
header ul,.exports ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;padding:0}
body>header nav a[aria-current=page]{color:var(--ink);font-weight:600;text-decoration:none}
.themes a{color:var(--soft);font-size:13px}.themes a[aria-current]{color:var(--ink);font-weight:600;text-decoration:none}
.kicker,.aside,.hint,.store,footer{color:var(--soft);font-size:13px}
.asked{max-width:80ch;margin:4px 0 12px}
.severity{font-size:12px;font-weight:500;border:1px solid var(--line);border-radius:9px;padding:0 8px;color:var(--soft);vertical-align:2px;white-space:nowrap}
.severity.high,.severity.critical{color:var(--red);border-color:var(--redline)}.severity.medium{color:var(--amber);border-color:var(--amberline)}
.questions{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:10px}
.questions li{background:var(--card);border:1px solid var(--line);border-radius:5px;padding:9px 13px}
.questions li[hidden],section[hidden]{display:none}
.questions p{color:var(--soft);font-size:13.5px}
.search{margin:14px 0;display:flex;flex-wrap:wrap;gap:6px 10px;align-items:center}.search .hint{flex-basis:100%}
#search{flex:0 1 420px}
input:not([type=checkbox]){font:inherit;padding:5px 8px;border:1px solid var(--soft);border-radius:4px;background:var(--card);color:var(--ink);width:100%;min-width:0}
input::placeholder{color:var(--soft);opacity:1}
input[type=checkbox]{width:16px;height:16px;vertical-align:-3px}
button,.button{font:inherit;padding:5px 14px;border:1px solid var(--link);border-radius:4px;background:var(--link);color:var(--card);cursor:pointer;display:inline-block;text-decoration:none}
button.copy{padding:1px 9px;font-size:12.5px;background:none;color:var(--link)}
fieldset,.fields{border:0;padding:0;margin:0 0 14px;display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:10px 18px;min-width:0}
legend{font-weight:650;padding:0;margin-bottom:4px}
label{font-weight:600;font-size:13.5px}.check label{font-weight:400}.needed{color:var(--red);font-weight:500;font-size:12px}
.check{margin:4px 0 12px}fieldset .check{align-self:center;margin:0}
details{margin:8px 0 14px}summary{cursor:pointer;color:var(--soft);width:fit-content;margin-bottom:8px}summary:hover{color:var(--ink)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 16px;font-size:13.5px;max-width:110ch}dt{color:var(--soft)}dd ul{padding-left:16px}
.trouble:is(div){background:var(--redwash);border-left:3px solid var(--redline);border-radius:3px;padding:9px 14px;margin:12px 0;color:var(--ink)}
td.trouble{color:var(--red)}
.gap,.empty{margin:8px 0}.gap{color:var(--amber)}
.gaps{padding:10px 16px 10px 32px;background:var(--amberwash);border-left:3px solid var(--amberline);border-radius:3px;max-width:110ch}
.scroll{overflow-x:auto;margin:12px 0 4px;background:var(--card);border:1px solid var(--line);border-radius:5px}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{text-align:left;color:var(--soft);font-size:13px;padding:7px 12px}
th,td{padding:4px 12px;text-align:left;vertical-align:top;border-top:1px solid var(--line);font-weight:400}
thead th{white-space:nowrap;font-size:12.5px}thead a{color:var(--soft);text-decoration:none}thead a:hover{text-decoration:underline}th[aria-sort] a{color:var(--ink);font-weight:600}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.time{white-space:nowrap;font-variant-numeric:tabular-nums}
td.text{white-space:nowrap}td.long{white-space:normal;min-width:29em;max-width:52em;overflow-wrap:anywhere}.none{color:var(--soft)}
.pager{display:flex;gap:16px;margin:8px 0;align-items:baseline}.off{color:var(--soft)}
.exports{display:flex;gap:16px;margin-top:10px}.exports p{color:var(--soft)}
.command{display:flex;gap:10px;align-items:center;justify-content:space-between;background:var(--code);border-radius:4px;padding:6px 10px;margin:6px 0;max-width:110ch}
.command code{user-select:all}
.chart{background:var(--card);border:1px solid var(--line);border-radius:5px;padding:8px 12px;margin:12px 0}.chart figcaption{font-size:12.5px;color:var(--soft);display:flex;flex-wrap:wrap;gap:0 20px;justify-content:space-between;margin-bottom:4px}
.drawing{display:none;height:250px}.drawing.ready{display:block}.map .drawing{height:auto;aspect-ratio:2.4}
.same summary{font-size:12.5px;margin:4px 0}.same{margin:4px 0 0}.same .scroll{max-height:320px;overflow:auto}
.zoom ul,.tabs ul,.ranges ul,.chips{display:flex;flex-wrap:wrap;list-style:none;padding:0}
.zoom ul{gap:0 14px}
nav.line{display:flex;gap:6px 18px;flex-wrap:wrap;margin:10px 0 14px;font-size:13.5px}nav.line p{color:var(--soft)}.line ul,ul.line{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;padding:0}
.tabs{border-bottom:1px solid var(--line);margin:-6px 0 16px}.tabs ul{gap:0 20px}.tabs a{display:block;padding:7px 0;color:var(--soft);text-decoration:none;font-size:13.5px;border-bottom:2px solid transparent;margin-bottom:-1px}
.tabs a:hover{color:var(--ink)}.tabs a[aria-current]{color:var(--ink);font-weight:600;border-color:var(--amberline)}
.filters{margin:12px 0 16px}.narrowed{display:flex;flex-wrap:wrap;gap:6px 24px;align-items:center;margin-top:10px}
.more{display:flex;flex-wrap:wrap;gap:2px 20px;font-size:13.5px}.asked+.more{margin-top:-6px}
.chips{gap:6px}.chips li{background:var(--code);border-radius:12px;padding:1px 6px 1px 11px;font-size:13px;overflow-wrap:anywhere}.chips a{text-decoration:none;padding:0 5px;font-weight:600}
.ranges{margin-left:auto;font-size:13px}.ranges ul{gap:2px 14px}.ranges a[aria-current]{color:var(--ink);font-weight:600;text-decoration:none}
.narrow{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:flex-end}.narrow .field{flex:1 1 150px;max-width:260px}.narrow .field.check{flex:0 1 auto;max-width:none;margin:0 0 6px}
.narrow label{font-size:12.5px}.go{display:flex;gap:14px;align-items:baseline}
.costs{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:center;background:var(--amberwash);border-left:3px solid var(--amberline);border-radius:3px;padding:9px 14px;margin:0 0 14px}
.panels{display:grid;grid-template-columns:repeat(12,minmax(0,1fr));gap:12px;align-items:stretch}
.panel{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:12px 16px;grid-column:span 6;display:flex;flex-direction:column;min-width:0}
.panel.full,.alone .panel{grid-column:1/-1}.panel.third{grid-column:span 4}.panel.quarter{grid-column:span 3}
.panel h2{font-size:14.5px;margin:0 0 4px}.panel>footer{margin-top:auto;padding:8px 0 0;border:0;display:flex;flex-wrap:wrap;gap:2px 14px;font-size:12.5px}.panel>footer>a{color:var(--soft)}.panel>footer>a:hover{color:var(--link)}
.panel .chart,.panel .scroll{border:0;padding:0;margin:0;background:none}.panel caption{position:absolute;clip-path:inset(50%)}.panel thead th{border-top:0;color:var(--soft)}.panel table{font-size:13px}
.panel td.long{white-space:nowrap;min-width:0;max-width:22em;overflow:hidden;text-overflow:ellipsis}.panel .aside{font-size:12.5px;margin-top:4px}.panel .empty{color:var(--soft)}.panel td:first-child,.panel th:first-child{padding-left:0}
.panel .lacks{margin:0;flex:0 1 auto}.panel .lacks[open]{flex-basis:100%}.lacks summary{color:var(--amber);margin:0}.panel .gaps{margin-top:4px}

.panel.full:has(>.empty){flex-direction:row;flex-wrap:wrap;align-items:baseline;gap:2px 18px;padding:8px 16px}.panel.full:has(>.empty)>*{margin:0;padding:0}.panel.full:has(>.empty)>footer{margin-left:auto}
.amount{font-size:32px;line-height:1.2;font-weight:600;font-variant-numeric:tabular-nums}.amount a{color:var(--ink);text-decoration:none}.amount a:hover{text-decoration:underline}
.panel[aria-busy=true]{color:var(--soft)}
.record{background:var(--card);border:1px solid var(--line);border-radius:5px;padding:12px 14px;white-space:pre-wrap;font-size:13px;margin-top:12px}
iframe.report{width:100%;height:calc(100vh - 190px);min-height:480px;border:1px solid var(--line);border-radius:5px;margin-top:8px;background:var(--paper)}
footer{margin-top:40px;padding-top:10px;border-top:1px solid var(--line)}
@media (max-width:1000px){.panel,.panel.third{grid-column:1/-1}.panel.quarter{grid-column:span 6}}
@media (max-width:700px){body{padding:0 14px 40px}.questions{grid-template-columns:minmax(0,1fr)}dl{grid-template-columns:minmax(0,1fr)}}
`;

export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="5" cy="8" r="3.2" fill="none" stroke="#b27418" stroke-width="2"/><path d="M8 8h7M12 8v3M15 8v2" stroke="#b27418" stroke-width="2" fill="none"/></svg>';
