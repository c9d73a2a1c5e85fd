/**
 * A page on which people count a box by hand: one file, no network, one or many boxes of a state. It holds no
 * figure of any machine, and gives the two tables that `audit boxes` reads.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locale } from '#firmware/election/definition.ts';
import { makeTexts } from '#firmware/locale/text.ts';
import type { BallotForm, ContestPart } from '#firmware/nation/ballot-form.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import { escaped } from '../../nation/charts.ts';
import { PAGE_STYLE } from '../../nation/result-style.ts';
import { withoutTypes } from '../../without-types.ts';
import type { CountData, CountedPart, CountWords } from './count-page/shape.ts';
import type { Precinct } from './country.ts';
import { BOX_COLUMNS, NULL_CARD, VOTE_COLUMNS } from './counts.ts';

const say = makeTexts({
  es: {
    title: 'Conteo a mano',
    how: 'Elija la mesa. Copie del cuaderno las firmas, y del acta de escrutinio los votantes marcados y las boletas; cuente los comprobantes de la caja y los del sobre. Luego, cargo por cargo: por cada comprobante toque +1 en lo que dice, o escriba el total. Lo que no tiene marca es nulo. Guarde las dos tablas para «audit boxes».',
    keeps: 'Lo escrito queda en este navegador, en este equipo, aunque se cierre la página.',
    box: 'Mesa',
    boxes: 'Guardar boxes.csv',
    votes: 'Guardar votes.csv',
  },
  en: {
    title: 'Hand count',
    how: 'Choose the precinct. Copy the signatures from the roster, and voters marked and ballots from the tally report; count the papers in the box and those in the envelope. Then contest by contest: for each paper touch +1 at what it says, or type the total. What has no mark is a null. Save both tables for “audit boxes”.',
    keeps: 'What was typed stays in this browser, on this computer, even when the page is closed.',
    box: 'Precinct',
    boxes: 'Save boxes.csv',
    votes: 'Save votes.csv',
  },
});

const WORDS = {
  es: {
    box: 'Mesa',
    nulls: 'NULO (sin marca)',
    sums: 'cuadra',
    differs: 'no cuadra: cuéntelo otra vez',
    open: 'sin contar',
    done: 'mesas completas',
    of: 'de',
    signatures: 'Firmas en el cuaderno',
    marks: 'Votantes marcados, según el acta',
    ballots: 'Boletas, según el acta',
    papers: 'Comprobantes en la caja',
    envelope: 'Comprobantes en el sobre',
    note: 'Observación',
  },
  en: {
    box: 'Precinct',
    nulls: 'NULL (no mark)',
    sums: 'adds up',
    differs: 'does not add up: count it again',
    open: 'not counted',
    done: 'precincts complete',
    of: 'of',
    signatures: 'Signatures in the roster',
    marks: 'Voters marked, on the report',
    ballots: 'Ballots, on the report',
    papers: 'Papers in the box',
    envelope: 'Papers in the envelope',
    note: 'Remark',
  },
} as const satisfies Readonly<Record<Locale, CountWords>>;

const partIn = (
  { organisations, cards, candidates }: NationalOffer,
  locale: Locale,
): ((part: ContestPart) => CountedPart) => {
  const short = new Map(organisations.map(({ id, shortName }) => [id, shortName]));
  const party = new Map(cards.map(({ id, organisationId }) => [id, short.get(organisationId)]));
  const person = new Map(candidates.map(({ id, name }) => [id, name]));
  return ({ contest, onEveryBallot, options }) => ({
    id: contest.id,
    title: contest.name[locale],
    votes: contest.votes,
    onEveryBallot,
    options: options.map(({ cardId, candidateId }) => {
      const card = party.get(cardId) ?? cardId;
      const name = candidateId === null ? null : (person.get(candidateId) ?? candidateId);
      return {
        card: cardId,
        candidate: candidateId ?? '',
        label: name === null ? card : `${card} · ${name}`,
      };
    }),
  });
};

const dataFor = (
  offer: NationalOffer,
  precincts: readonly Precinct[],
  locale: Locale,
): CountData => {
  // Precincts of the same districts have one form, and a state has many of them.
  const forms = [...new Set(precincts.map(({ form }) => form))];
  const place = new Map<BallotForm, number>(forms.map((form, at) => [form, at]));
  const part = partIn(offer, locale);
  return {
    key: `urna-count ${offer.id} ${precincts.map(({ id }) => id).join(' ')}`,
    words: WORDS[locale],
    boxColumns: BOX_COLUMNS,
    voteColumns: VOTE_COLUMNS,
    nullCard: NULL_CARD,
    boxes: precincts.map(({ id, form }) => ({ id, form: place.get(form) ?? 0 })),
    forms: forms.map(({ contests }) => contests.map(part)),
  };
};

const STYLE = `
input{font:inherit;box-sizing:border-box;max-width:100%;padding:.2rem .4rem;border:1px solid #6b727a;border-radius:.25rem}td input[inputmode]{width:4.6rem;text-align:right}td input:not([inputmode]){width:100%}
button,select{font:inherit;padding:.2rem .7rem;border:1px solid #16191d;border-radius:.25rem;background:#fff;color:#16191d}td button{margin-left:.4rem;min-height:2rem}
details{border-top:1px solid #6b727a;padding:.4rem 0}summary{font-weight:600;cursor:pointer}.verdict{font-weight:400;padding:0 .4rem}
.sums{background:#e4f0e6}.differs{background:#fdf1dc}#status{position:sticky;top:0;background:#fff;padding:.4rem 0;font-weight:600}`;

/** Data inside a page: no text of it can end the element it stands in. */
const asData = (data: CountData): string => JSON.stringify(data).replaceAll('<', '\\u003c');

const script = (): string =>
  withoutTypes(
    readFileSync(join(import.meta.dirname, 'count-page', 'inside.ts'), 'utf8').replace(
      /^import type .*$/m,
      '',
    ),
  );

/** HTML 5, UTF-8. `state`: the name of what is counted here. */
export const countPage = (
  offer: NationalOffer,
  state: string,
  precincts: readonly Precinct[],
  locale: Locale,
): string => `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escaped(say(locale, 'title'))}: ${escaped(state)}</title>
<style>${PAGE_STYLE}${STYLE}</style></head>
<body><header><h1>${escaped(say(locale, 'title'))}: ${escaped(state)}</h1>
<p>${escaped(offer.title[locale])}</p>
<p>${escaped(say(locale, 'how'))}</p><p class="small">${escaped(say(locale, 'keeps'))}</p></header>
<main><p><label>${escaped(say(locale, 'box'))} <select id="box"></select></label>
<button type="button" id="save-boxes">${escaped(say(locale, 'boxes'))}</button>
<button type="button" id="save-votes">${escaped(say(locale, 'votes'))}</button></p>
<p id="status" role="status"></p>
<div id="form"></div></main>
<script type="application/json" id="data">${asData(dataFor(offer, precincts, locale))}</script>
<script type="module">${script()}</script>
</body></html>
`;
