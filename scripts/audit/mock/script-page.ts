/** The script of a mock election to print: voter by voter what to touch, so that people vote it by hand. */
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { escaped } from '../../nation/charts.ts';
import { figure, table, words } from '../../nation/page-table.ts';
import { PAGE_STYLE } from '../../nation/result-style.ts';
import type { MockScript, ScriptedVoter } from './script.ts';

const TEXTS = {
  es: {
    title: 'Guion de la prueba',
    how: 'Cada fila es un elector: se identifica en la mesa, marca lo que dice la fila y deposita su comprobante en la caja. Al final el acta de escrutinio tiene que decir exactamente lo que dice la respuesta conocida, y la caja tener un comprobante igual por cada fila.',
    heads: ['n.º', 'elector', 'qué se marca', 'cómo termina'],
    selectAll: 'SELECCIONAR TODO en',
    list: 'lista',
    all: 'VOTAR',
    some: 'VOTAR, aunque falten',
    blank: 'nada; VOTAR NULO',
    seed: 'Dados',
  },
  en: {
    title: 'Script of the mock election',
    how: 'Each row is a voter: identified at the table, marks what the row says, drops the record into the box. At the end the tally report must say exactly what the known answer says, and the box hold one such record for each row.',
    heads: ['no.', 'voter', 'what is marked', 'how it ends'],
    selectAll: 'SELECCIONAR TODO on',
    list: 'list',
    all: 'VOTAR',
    some: 'VOTAR, though some are missing:',
    blank: 'nothing; VOTAR NULO',
    seed: 'Dice',
  },
} as const satisfies Readonly<Record<Locale, unknown>>;

const cardName = ({ cards, organisations }: ElectionDefinition, cardId: string): string => {
  const owner = cards.find(({ id }) => id === cardId)?.organisationId;
  return organisations.find(({ id }) => id === owner)?.shortName ?? cardId;
};

const marksText = (
  definition: ElectionDefinition,
  { styleId, wants }: ScriptedVoter,
  locale: Locale,
): string => {
  const texts = TEXTS[locale];
  if (wants.cardId !== null) return `${texts.selectAll} ${cardName(definition, wants.cardId)}`;
  const { contests } = resolveBallot(definition, styleId);
  return wants.choices
    .map(({ contest, option }) => {
      const { cardId, candidateId } = contests[contest]?.options[option] ?? {};
      const card = cardName(definition, cardId ?? '');
      const candidate = definition.candidates.find(({ id }) => id === candidateId);
      return candidate === undefined ? `${texts.list} ${card}` : `${candidate.name} (${card})`;
    })
    .join('; ');
};

const endText = (
  definition: ElectionDefinition,
  { styleId, marks, way }: ScriptedVoter,
  locale: Locale,
): string => {
  const texts = TEXTS[locale];
  if (way === 'null') return texts.blank;
  const { contests } = resolveBallot(definition, styleId);
  const positions = contests.reduce((sum, { contest }) => sum + contest.votes, 0);
  const left = positions - marks.reduce((sum, each) => sum + each.length, 0);
  return left === 0 ? texts.all : `${texts.some} ${left}`;
};

/** HTML 5, UTF-8. */
export const scriptPage = (
  definition: ElectionDefinition,
  { voters }: MockScript,
  seed: string,
  locale: Locale,
): string => {
  const texts = TEXTS[locale];
  const rows = voters.map((voter, at) => [
    figure(String(at + 1)),
    words(voter.nationalId),
    words(marksText(definition, voter, locale)),
    words(endText(definition, voter, locale)),
  ]);
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><title>${escaped(texts.title)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${PAGE_STYLE}</style></head>
<body><header><h1>${escaped(texts.title)}</h1>
<p class="test">${escaped(definition.title[locale])}</p>
<p>${escaped(texts.seed)}: <code>${escaped(seed)}</code></p>
<p>${escaped(texts.how)}</p></header>
<main>${table(texts.title, texts.heads.map(words), rows)}</main></body></html>
`;
};
