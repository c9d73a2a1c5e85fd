/** Every fault code explained, on paper for the case of a unit: one HTML file that needs nothing else. */
import type { Locale } from '#firmware/election/definition.ts';
import { FAULT_CODES } from '#firmware/faults/catalogue.ts';
import { UNIT_PARTS } from '#firmware/faults/parts.ts';
import { sayAtConsole } from '#firmware/locale/console.ts';
import {
  type FaultHelp,
  faultHelp,
  mendingLines,
  votingLine,
} from '#firmware/locale/fault-help.ts';
import { partName } from '#firmware/locale/unit-parts.ts';
import { escaped } from './report.ts';

const STYLE = `body{font:11px/1.35 system-ui,sans-serif;margin:1.2rem;color:#111}h1{font-size:20px}h2{font-size:14px;margin:1rem 0 .3rem;break-after:avoid}
main{columns:3 18rem;column-gap:1.2rem}article{break-inside:avoid;border-left:4px solid #888;padding:0 .5rem;margin:0 0 .7rem}
article.stops{border-color:#b00}code{font:bold 11px ui-monospace,monospace}p{margin:.1rem 0}@page{size:A4 landscape;margin:10mm}@media print{body{margin:0;font-size:9px}}`;

const articleOf = (help: FaultHelp, locale: Locale): string => {
  const lines = [help.explanation, ...mendingLines(locale, help.code).slice(0, 2)];
  return `<article${help.votingGoesOn ? '' : ' class="stops"'}><p><code>${help.code}</code></p>${lines
    .map((line) => `<p>${escaped(line)}</p>`)
    .join(
      '',
    )}<p><b>${escaped(help.remedy)}</b></p><p>${escaped(votingLine(locale, help))}</p></article>`;
};

/** Part by part, each code once. */
export const helpSheet = (locale: Locale): string => {
  const all = FAULT_CODES.map((code) => faultHelp(locale, code));
  const sections = UNIT_PARTS.map((part) => {
    const own = all.filter((help) => help.part === part);
    return own.length === 0
      ? ''
      : `<h2>${escaped(partName(locale, part))}</h2>${own.map((help) => articleOf(help, locale)).join('\n')}`;
  });
  const title = escaped(sayAtConsole(locale, 'sheet.title'));
  return `<!doctype html><html lang="${locale}"><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style>
<h1>${title}</h1><p>${escaped(sayAtConsole(locale, 'sheet.how'))}</p>
<main>${sections.join('\n')}</main></html>
`;
};

/** One code for a terminal. */
export const helpText = (locale: Locale, code: string): string => {
  const help = faultHelp(locale, code);
  return `${[help.code, help.explanation, ...mendingLines(locale, code), help.remedy, votingLine(locale, help)].join('\n  ')}\n`;
};
