#include "scenarios/report/page_style.h"

namespace gnc::scenarios {

std::string_view page_style() {
  return R"css(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --sheet: #f5f7fa; --ink: #18212f; --soft: #566072; --rule: #dde2ea;
  --accent: #1c57b5; --good: #17734a; --good-wash: #e4f4ec; --bad: #b3242b; --bad-wash: #fdeaea;
  --one: #a05606; --two: #1c57b5; --three: #0a7d69; --asked: #8a94a6;
  --band: rgba(179, 36, 43, .11); --quiet-band: rgba(86, 96, 114, .12);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #11161f; --sheet: #1a212d; --ink: #e8ecf3; --soft: #a0abbd; --rule: #303a4a;
    --accent: #86b4ff; --good: #62d39c; --good-wash: #14332a; --bad: #ff8a8a; --bad-wash: #3f1d22;
    --one: #f2ab5e; --two: #7aadff; --three: #45d0b3; --asked: #8591a5;
    --band: rgba(255, 110, 110, .17); --quiet-band: rgba(160, 171, 189, .16);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 "Segoe UI", "Helvetica Neue", Helvetica, Arial, "Noto Sans", "Liberation Sans", sans-serif;
  -webkit-text-size-adjust: 100%; overflow-wrap: break-word;
}
main, header, footer { max-width: 1040px; margin: 0 auto; padding: 0 32px; }
header { padding-top: 48px; }
.kind { margin: 0 0 6px; color: var(--soft); font-size: 14px; }
h1 { margin: 0 0 18px; font-size: 34px; line-height: 1.2; letter-spacing: -.015em; font-weight: 650; }
h2 { margin: 0 0 4px; font-size: 22px; line-height: 1.3; letter-spacing: -.01em; font-weight: 650; }
h3 { margin: 28px 0 4px; font-size: 16px; font-weight: 650; }
section { margin-top: 52px; }
p { margin: 0 0 14px; max-width: 74ch; }
.lead { color: var(--soft); }
.verdict { margin: 0 0 18px; padding: 14px 18px; border-left: 5px solid; border-radius: 3px; font-size: 19px;
  font-weight: 600; max-width: none; }
.verdict.good { border-color: var(--good); background: var(--good-wash); color: var(--good); }
.verdict.bad { border-color: var(--bad); background: var(--bad-wash); color: var(--bad); }
.story { font-size: 18px; line-height: 1.6; }
.tiles { display: flex; flex-wrap: wrap; gap: 1px; margin: 26px 0 0;
  padding: 1px; background: var(--rule); border-radius: 6px; overflow: hidden; }
.tile { flex: 1 1 max(128px, 17%); background: var(--sheet); padding: 14px 14px 12px; }
.tile .value { font-size: 25px; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; white-space: nowrap; }
.tile .name { color: var(--soft); font-size: 14px; line-height: 1.4; }
.tile.bad .value { color: var(--bad); } .tile data.zero { color: inherit; }
nav { margin-top: 26px; font-size: 15px; display: flex; flex-wrap: wrap; gap: 4px 20px; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
.table { overflow-x: auto; margin: 12px 0 4px; }
table { border-collapse: collapse; width: 100%; font-size: 15px; line-height: 1.45; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 13.5px; white-space: nowrap;
  border-bottom: 1px solid var(--soft); padding: 6px 18px 6px 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--rule); padding: 8px 18px 8px 0; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
data.zero { color: var(--soft); }
.mark { font-weight: 600; white-space: nowrap; font-size: 14.5px; }
.mark.good { color: var(--good); } .mark.bad { color: var(--bad); }
.soft { color: var(--soft); } .small { font-size: 14px; }
td .soft { display: block; font-size: 14px; }
.remedy { display: block; }
.name-of { font-weight: 600; }
code, pre { font: 14px/1.5 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { background: var(--sheet); border: 1px solid var(--rule); border-radius: 6px; padding: 12px 16px;
  overflow-x: auto; margin: 12px 0; white-space: pre-wrap; }
details { border-top: 1px solid var(--rule); padding: 10px 0; }
details:last-of-type { border-bottom: 1px solid var(--rule); }
summary { cursor: pointer; font-weight: 600; }
summary:hover { color: var(--accent); }
figure { margin: 14px 0 0; }
figcaption { color: var(--soft); font-size: 14px; margin-top: 6px; max-width: 74ch; }
svg { display: block; width: 100%; height: auto; }
svg.narrow { display: none; }
svg text { font-size: 12px; fill: var(--ink); }
svg .tick, svg .axis { fill: var(--soft); }
svg .grid { stroke: var(--rule); stroke-width: 1; }
svg .base { stroke: var(--soft); stroke-width: 1; }
svg .series { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
svg .thin { stroke-width: 1.2; stroke-dasharray: 1 4; }
svg .dashed { stroke-dasharray: 5 4; stroke-width: 1.5; }
svg .one { stroke: var(--one); } svg .two { stroke: var(--two); } svg .three { stroke: var(--three); }
svg .asked { stroke: var(--asked); } svg .wrong { stroke: var(--bad); }
svg .dot { stroke: var(--paper); stroke-width: 1.5; }
svg .dot.one, svg .fill-one { fill: var(--one); } svg .dot.two, svg .fill-two { fill: var(--two); }
svg .dot.three, svg .fill-three { fill: var(--three); }
svg text.name { font-weight: 600; stroke: none; }
svg text.one { fill: var(--one); stroke: none; } svg text.two { fill: var(--two); stroke: none; }
svg text.three { fill: var(--three); stroke: none; } svg text.asked { fill: var(--soft); stroke: none; }
svg text.wrong { fill: var(--bad); stroke: none; }
svg .band { fill: var(--band); } svg .band-edge { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 2 3; }
svg .quiet-band { fill: var(--quiet-band); }
svg .fill-good { fill: var(--three); } svg .fill-known { fill: var(--two); } svg .fill-open { fill: var(--asked); }
svg .fill-bad { fill: var(--bad); } svg .fill-late { fill: var(--one); }
svg .lifeline { stroke: var(--rule); stroke-width: 2; } svg .lifeline.relay { stroke-dasharray: 2 5; }
svg .party { font-weight: 650; font-size: 14px; } svg .way { stroke: var(--two); stroke-width: 1.6; fill: none; }
svg .way.back { stroke: var(--three); } svg .moment { fill: var(--ink); } svg .moment.wrong { fill: var(--bad); stroke: none; }
.key { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 10px 0 0; padding: 0; list-style: none; font-size: 14.5px; }
.key i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 7px; }
.key .good i { background: var(--three); } .key .known i { background: var(--two); }
.key .open i { background: var(--asked); } .key .bad i { background: var(--bad); } .key .late i { background: var(--one); }
.moments { display: none; }
footer { margin-top: 60px; padding-top: 18px; padding-bottom: 48px; color: var(--soft); font-size: 14px; }
@media (max-width: 700px) {
  main, header, footer { padding-left: 18px; padding-right: 18px; }
  header { padding-top: 28px; }
  h1 { font-size: 27px; } .story { font-size: 16.5px; } section { margin-top: 40px; }
  .tile { flex-basis: 40%; } .tile .value { font-size: 22px; }
  svg.wide { display: none; } svg.narrow { display: block; }
  .moments { display: block; }
  td, th { padding-right: 14px; }
  td:first-child { min-width: 7em; }
}
@page { margin: 16mm 14mm; }
@media print {
  :root {
    color-scheme: light;
    --paper: #ffffff; --sheet: #f5f7fa; --ink: #18212f; --soft: #566072; --rule: #d0d6df;
    --accent: #18212f; --good: #17734a; --good-wash: #e4f4ec; --bad: #b3242b; --bad-wash: #fdeaea;
    --one: #a05606; --two: #1c57b5; --three: #0a7d69; --asked: #8a94a6;
    --band: rgba(179, 36, 43, .13); --quiet-band: rgba(86, 96, 114, .14);
  }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header { padding-top: 0; }
  nav { display: none; }
  section { margin-top: 26pt; }
  h1 { font-size: 22pt; } h2 { font-size: 15pt; } .story { font-size: 12pt; } .verdict { font-size: 13pt; }
  table { font-size: 9pt; } th { font-size: 8.5pt; } td, th { padding-right: 9pt; }
  td .soft, .small, figcaption { font-size: 8.5pt; }
  .table { overflow: visible; }
  h2, h3, .lead, summary { break-after: avoid; }
  figure, tr, .tiles, .verdict, pre { break-inside: avoid; }
  details { border: 0; padding: 4pt 0; } details:last-of-type { border: 0; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
  .long details:not([open]) { display: none; }
  .tile { flex: 1 1 0; padding: 8pt; } .tile .value { font-size: 15pt; } .tile .name { font-size: 8.5pt; }
  svg.wide { display: block; } svg.narrow, .moments { display: none; }
}
)css";
}

}  // namespace gnc::scenarios
