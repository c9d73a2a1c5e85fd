/** A guide as one HTML page that needs nothing beside it. */
import type { Locale } from '#firmware/election/definition.ts';
import { escaped } from '../nation/charts.ts';
import { PAGE_STYLE } from '../nation/result-style.ts';
import type { Guide, Section } from './guide.ts';

const GUIDE_STYLE = `
ol li,ul li{margin:.35rem 0}.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:1rem;margin:1rem 0}
figure{margin:0}figure img{display:block;max-width:100%;height:auto;border:1px solid #c3c8ce}figcaption{font-size:.88rem;margin-top:.3rem}
svg.platform{display:block;width:100%;height:auto;margin:1rem 0}nav ul{columns:2}nav a{color:#16508a}
@media print{figure,svg{break-inside:avoid}nav{display:none}}
`;

const pictureOf = (
  pictures: ReadonlyMap<string, Uint8Array>,
  { name, words }: NonNullable<Section['pictures']>[number],
): string => {
  const png = pictures.get(name);
  if (png === undefined) throw new Error(`the guides have no picture "${name}"`);
  const data = Buffer.from(png).toString('base64');
  return `<figure><img src="data:image/png;base64,${data}" alt="${escaped(words)}"><figcaption>${escaped(words)}</figcaption></figure>`;
};

const tableOf = (title: string, { heads, rows }: NonNullable<Section['table']>): string =>
  `<div class="wide" tabindex="0" role="region" aria-label="${escaped(title)}"><table><thead><tr>${heads
    .map((head) => `<th scope="col">${escaped(head)}</th>`)
    .join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`)
    .join('\n')}</tbody></table></div>`;

const sectionOf = (
  section: Section,
  index: number,
  pictures: ReadonlyMap<string, Uint8Array>,
): string =>
  [
    `<section id="s${index}"><h2>${escaped(section.title)}</h2>`,
    ...(section.text ?? []).map((text) => `<p>${escaped(text)}</p>`),
    section.drawing ?? '',
    section.steps === undefined
      ? ''
      : `<ol>${section.steps.map((step) => `<li>${escaped(step)}</li>`).join('')}</ol>`,
    section.pictures === undefined
      ? ''
      : `<div class="pictures">${section.pictures.map((each) => pictureOf(pictures, each)).join('')}</div>`,
    section.table === undefined ? '' : tableOf(section.title, section.table),
    '</section>',
  ].join('\n');

/** HTML 5, UTF-8. Throws for a picture that was not made, which is a bug of the guide. */
export const guidePage = (
  { title, forWhom, sections }: Guide,
  locale: Locale,
  pictures: ReadonlyMap<string, Uint8Array>,
): string => `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title>
<style>${PAGE_STYLE}${GUIDE_STYLE}</style></head>
<body>
<header><h1>${escaped(title)}</h1><p>${escaped(forWhom)}</p></header>
<nav aria-label="${locale === 'es' ? 'Contenido' : 'Contents'}"><ul>${sections
  .map((section, index) => `<li><a href="#s${index}">${escaped(section.title)}</a></li>`)
  .join('')}</ul></nav>
<main>
${sections.map((section, index) => sectionOf(section, index, pictures)).join('\n')}
</main>
</body></html>
`;
