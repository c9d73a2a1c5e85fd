/** The look of the page of results: black on white, colours only beside words, whole rows on paper. */
export const PAGE_STYLE = `
:root{color-scheme:light}
body{font:16px/1.45 system-ui,"Liberation Sans",sans-serif;color:#16191d;background:#fff;max-width:62rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .2rem}h2{font-size:1.3rem;margin:2.6rem 0 .5rem;padding-top:.6rem;border-top:2px solid #16191d}
header p{margin:.25rem 0}.small{font-size:.82rem;color:#474d55}
.test{background:#8f1d14;color:#fff;font-weight:700;padding:.4rem .8rem}.complete,.partial{font-weight:600;padding:.45rem .8rem}
.complete{background:#e4f0e6;border-left:6px solid #1d6b31}.partial{background:#fdf1dc;border-left:6px solid #9a5b00}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.8rem;margin:1.4rem 0 0}
.cards div{border:1px solid #c3c8ce;border-radius:.4rem;padding:.7rem .9rem;display:flex;flex-direction:column}
.cards dt{order:2}.cards dd{margin:0;order:3}.cards dd:nth-child(2){font-size:1.75rem;font-weight:700;line-height:1.1;order:1}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.6rem 0;font-variant-numeric:tabular-nums}caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;padding:.28rem .6rem;border-bottom:1px solid #dde1e5;vertical-align:top}thead th,thead td{border-bottom:2px solid #6b727a;font-size:.85rem;vertical-align:bottom}
thead th::first-letter{text-transform:uppercase}tbody th{font-weight:400}.figure{text-align:right;white-space:nowrap}.chart{width:28%;vertical-align:middle}
svg.chamber{display:block;width:100%;max-width:46rem;margin:.8rem auto;height:auto}svg.chamber circle{stroke:#16191d;stroke-width:.6}.big{font:700 64px system-ui,"Liberation Sans",sans-serif;fill:#16191d}
svg.bar{display:block;width:100%;height:.85rem;min-width:6rem}.ground{fill:#edf0f2}svg.squares rect,svg.swatch rect{stroke:#16191d;stroke-width:.8}svg.swatch{vertical-align:-1px;margin-right:.15rem}
.ids{columns:8rem auto;list-style:none;padding:0;font-variant-numeric:tabular-nums;font-size:.88rem}
code,pre{font-family:ui-monospace,"Liberation Mono",monospace;font-size:.84rem;overflow-wrap:anywhere}pre{background:#f3f5f6;padding:.8rem;white-space:pre-wrap}
@media (max-width:40rem){.chart{display:none}th,td{padding:.28rem .3rem}}
.wide:focus-visible{outline:2px solid #35618f}
@media print{.wide{overflow:visible}body{max-width:none;padding:0;font-size:10.5pt}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}tr,.cards,svg{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}@page{margin:15mm}}
`;
