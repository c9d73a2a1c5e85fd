/** Tables of a page that needs nothing else: each row with its heading, wide ones moved by themselves. */
import { escaped } from './charts.ts';

export type Cell = { readonly html: string; readonly kind?: 'figure' | 'chart' };
export const words = (text: string): Cell => ({ html: escaped(text) });
export const figure = (text: string): Cell => ({ html: escaped(text), kind: 'figure' });
export const drawn = (html: string): Cell => ({ html, kind: 'chart' });

/** The first cell of a row is its heading. */
export const table = (
  caption: string,
  heads: readonly Cell[],
  rows: readonly (readonly Cell[])[],
): string => {
  const classed = (kind: Cell['kind']): string => (kind === undefined ? '' : ` class="${kind}"`);
  const head = heads
    .map(({ html, kind }) =>
      html === '' ? `<td${classed(kind)}></td>` : `<th scope="col"${classed(kind)}>${html}</th>`,
    )
    .join('');
  const body = rows.map((row) => {
    const [first, ...rest] = row;
    const cells = rest.map(({ html, kind }) => `<td${classed(kind)}>${html}</td>`).join('');
    return `<tr><th scope="row">${first?.html ?? ''}</th>${cells}</tr>`;
  });
  return `<div class="wide" role="region" tabindex="0" aria-label="${escaped(caption)}"><table><caption>${escaped(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
};
