/**
 * The national result as one HTML page: tables, and charts in them. It needs nothing else: no script, no
 * font, no address. Read on a screen, by a screen reader, or on paper.
 */
import type { Locale } from '#firmware/election/definition.ts';
import type { Rejection } from '#firmware/nation/aggregate.ts';
import type { SeatResult, Tie } from '#firmware/nation/national-seats.ts';
import {
  type ChamberRow,
  type Competitors,
  chamberOf,
  makeCompetitors,
  toldApart,
} from './chamber.ts';
import { bar, escaped, halfCircle, squares } from './charts.ts';
import { type Cell, drawn, figure, table, words } from './page-table.ts';
import type { NationalResult } from './result-document.ts';
import { PAGE_STYLE } from './result-style.ts';
import { sayRejection, sayResult } from './result-words.ts';

const MISSING_SHOWN = 400;
const REJECTED_SHOWN = 200;
const VACANT_COLOUR = '#ffffff';
const TURNOUT_COLOUR = '#35618f';

export type PageOptions = {
  readonly locale: Locale;
  /** SHA-256 of the authority's key, hex; `given`: the person named it, it was not found in the folder. */
  readonly key: { readonly digest: string; readonly given: boolean };
};

type Page = NationalResult & {
  readonly locale: Locale;
  readonly competitors: Competitors;
  readonly number: (value: number) => string;
  readonly percent: (part: number, of: number) => string;
};

const makePage = (result: NationalResult, locale: Locale): Page => {
  const tag = locale === 'es' ? 'es-VE' : 'en-GB';
  const whole = new Intl.NumberFormat(tag, { useGrouping: 'always' });
  const parts = new Intl.NumberFormat(tag, { style: 'percent', minimumFractionDigits: 1 });
  const plain = makeCompetitors(result.offer);
  return {
    ...result,
    locale,
    competitors: toldApart(plain, chamberOf(result.seats, plain).rows),
    number: (value) => whole.format(value),
    percent: (part, of) => (of === 0 ? '–' : parts.format(Math.floor((1000 * part) / of) / 1000)),
  };
};

const swatch = (colour: string): string =>
  `<svg class="swatch" width="12" height="12" aria-hidden="true"><rect width="12" height="12" fill="${escaped(colour)}"/></svg>`;
const party = ({ name, colour }: { readonly name: string; readonly colour: string }): Cell => ({
  html: `${swatch(colour)} ${escaped(name)}`,
});

const nationOf = ({ offer, sums }: Page) => {
  const nation = offer.districts.find(({ parentId }) => parentId === null);
  return sums.districts.find(({ districtId }) => districtId === nation?.id);
};

const header = (page: Page, { key }: PageOptions): string => {
  const { offer, sums, locale, number, percent } = page;
  const precincts = sums.accepted + sums.missing.length;
  const counted = {
    counted: number(sums.accepted),
    precincts: number(precincts),
    percent: percent(sums.accepted, precincts),
  };
  const status = sayResult(locale, sums.missing.length === 0 ? 'complete' : 'partial', counted);
  const test = offer.test ? `<p class="test">${escaped(sayResult(locale, 'test'))}</p>` : '';
  const count = sums.madeUp.length;
  const madeUp =
    count === 0
      ? ''
      : `<p class="test">${escaped(sayResult(locale, 'madeUp', { count: number(count) }))}</p>`;
  return `<header><h1>${escaped(sayResult(locale, 'title', { election: offer.title[locale] }))}</h1>
<p>${escaped(offer.authority)}</p>${test}${madeUp}
<p class="${sums.missing.length === 0 ? 'complete' : 'partial'}">${escaped(status)}</p>
<p class="small">${escaped(sayResult(locale, key.given ? 'keyGiven' : 'keyFound'))} ${escaped(sayResult(locale, 'fingerprint', { digest: key.digest.slice(0, 32) }))}…</p></header>`;
};

const keyFigures = (page: Page, vacant: number, seats: number): string => {
  const { sums, locale, number, percent } = page;
  const nation = nationOf(page);
  const card = (value: string, label: string, note = ''): string =>
    `<div><dt>${escaped(label)}</dt><dd>${escaped(value)}</dd><dd class="small">${escaped(note)}</dd></div>`;
  return `<dl class="cards">${[
    card(number(nation?.registered ?? 0), sayResult(locale, 'registered')),
    card(number(sums.ballots), sayResult(locale, 'ballots')),
    card(
      percent(sums.ballots, nation?.registeredCounted ?? 0),
      sayResult(locale, 'turnout'),
      sayResult(locale, 'turnoutOf'),
    ),
    card(
      number(seats - vacant),
      sayResult(locale, 'seats'),
      sayResult(locale, 'seatsGiven', { seats }),
    ),
  ].join('')}</dl>`;
};

const chamber = (page: Page): string => {
  const { locale, seats, competitors, number } = page;
  const { rows, vacant, seats: all } = chamberOf(seats, competitors);
  const list = [
    ...rows.map(({ name, total }) => `${name} ${total}`),
    ...(vacant > 0 ? [`${sayResult(locale, 'vacant')} ${vacant}`] : []),
  ].join(', ');
  const groups = [
    ...rows.map(({ colour, total }) => ({ colour, count: total })),
    { colour: VACANT_COLOUR, count: vacant },
  ];
  const head = ['party', 'total', 'national', 'list', 'nominal', 'indigenous'] as const;
  const cells = ({ total, summed, list: lists, nominal, indigenous }: ChamberRow) =>
    [total, summed, lists, nominal, indigenous].map((value) => figure(number(value)));
  return `<section><h2>${escaped(sayResult(locale, 'chamber'))}</h2>
${halfCircle(groups, sayResult(locale, 'chamberPicture', { seats: all, list }))}
${table(
  sayResult(locale, 'chamber'),
  head.map((key) => (key === 'party' ? words : figure)(sayResult(locale, key))),
  [
    ...rows.map((row) => [party(row), ...cells(row)]),
    ...(vacant > 0
      ? [
          [
            party({ name: sayResult(locale, 'vacant'), colour: VACANT_COLOUR }),
            figure(number(vacant)),
          ],
        ]
      : []),
  ],
)}</section>`;
};

const listTable = (page: Page, { name, competitors: given }: SeatResult): string => {
  const { locale, competitors, number, percent } = page;
  const all = given.reduce((sum, { votes }) => sum + votes, 0);
  const most = Math.max(1, ...given.map(({ votes }) => votes));
  const rows = [...given].filter(({ votes }) => votes > 0).sort((a, b) => b.votes - a.votes);
  return table(
    name[locale],
    [
      words(sayResult(locale, 'party')),
      drawn(''),
      figure(sayResult(locale, 'votes')),
      figure(sayResult(locale, 'share')),
      figure(sayResult(locale, 'places')),
    ],
    rows.map(({ id, votes, seats }) => {
      const whose = competitors.of(id);
      return [
        party(whose),
        drawn(bar(votes / most, whose.colour)),
        figure(number(votes)),
        figure(percent(votes, all)),
        figure(number(seats)),
      ];
    }),
  );
};

const summedLists = (page: Page): string =>
  page.seats
    .filter(({ kind }) => kind === 'summed')
    .map((result) => {
      const note = sayResult(page.locale, 'summedNote', { seats: result.seats });
      return `<section><h2>${escaped(result.name[page.locale])}</h2><p>${escaped(note)}</p>${listTable(page, result)}</section>`;
    })
    .join('\n');

const states = (page: Page): string => {
  const { offer, sums, locale, number, percent } = page;
  const known = new Map(sums.districts.map((sum) => [sum.districtId, sum]));
  const rows = offer.districts
    .filter(({ kind }) => kind === 'state' || kind === 'nation')
    .flatMap(({ id, name, kind }) => {
      const sum = known.get(id);
      return sum === undefined
        ? []
        : [{ name: kind === 'nation' ? sayResult(locale, 'total') : name, ...sum }];
    });
  return `<section><h2>${escaped(sayResult(locale, 'states'))}</h2>${table(
    sayResult(locale, 'states'),
    [
      words(sayResult(locale, 'state')),
      drawn(''),
      figure(sayResult(locale, 'turnout')),
      figure(sayResult(locale, 'ballots')),
      figure(sayResult(locale, 'registered')),
      figure(sayResult(locale, 'precincts')),
    ],
    rows.map(({ name, ballots, registered, registeredCounted, counted, precincts }) => [
      words(name),
      drawn(bar(registeredCounted === 0 ? 0 : ballots / registeredCounted, TURNOUT_COLOUR)),
      figure(percent(ballots, registeredCounted)),
      figure(number(ballots)),
      figure(number(registered)),
      figure(`${number(counted)} / ${number(precincts)}`),
    ]),
  )}</section>`;
};

const districtName = ({ offer }: Page, id: string | null): string =>
  offer.districts.find((district) => district.id === id)?.name ?? '';

const lists = (page: Page): string => {
  const { locale, seats, competitors } = page;
  const rows = seats
    .filter(({ kind }) => kind === 'list')
    .map(({ districtId, seats: count, competitors: given, vacant }) => {
      const with_ = given
        .filter((each) => each.seats > 0)
        .sort((a, b) => b.seats - a.seats)
        .map((each) => ({ ...competitors.of(each.id), count: each.seats }));
      const told = [
        ...with_.map(({ shortName, count: won }) => `${shortName} ${won}`),
        ...(vacant > 0 ? [`${sayResult(locale, 'vacant')} ${vacant}`] : []),
      ].join(' · ');
      const vacancy = { colour: VACANT_COLOUR, count: vacant };
      return [
        words(districtName(page, districtId)),
        figure(String(count)),
        drawn(squares([...with_, vacancy])),
        words(told),
      ];
    });
  return `<section><h2>${escaped(sayResult(locale, 'lists'))}</h2><p>${escaped(sayResult(locale, 'listsNote'))}</p>${table(
    sayResult(locale, 'lists'),
    [
      words(sayResult(locale, 'state')),
      figure(sayResult(locale, 'places')),
      drawn(''),
      words(sayResult(locale, 'party')),
    ],
    rows,
  )}</section>`;
};

const candidates = (page: Page): string => {
  const { locale, seats, competitors, number, offer } = page;
  const names = new Map(offer.candidates.map(({ id, name }) => [id, name]));
  const told = ({ id, votes }: { readonly id: string; readonly votes: number }): string => {
    const { colour, shortName } = competitors.ofCandidate(id);
    return `${swatch(colour)} ${escaped(names.get(id) ?? id)} <span class="small">(${escaped(shortName)}, ${number(votes)})</span>`;
  };
  const nobody = escaped(sayResult(locale, 'nobody'));
  const rows = seats
    .filter(({ kind }) => kind === 'nominal' || kind === 'indigenous')
    .map(({ districtId, seats: count, competitors: given }) => {
      const ranked = [...given].sort((a, b) => b.seats - a.seats || b.votes - a.votes);
      const elected = ranked.filter((each) => each.seats > 0);
      const next = ranked.find((each) => each.seats === 0 && each.votes > 0);
      return [
        words(districtName(page, districtId)),
        figure(String(count)),
        { html: elected.map(told).join('<br>') || nobody },
        { html: next === undefined ? nobody : told(next) },
      ];
    });
  const heads = ['district', 'places', 'elected', 'next'] as const;
  return `<section><h2>${escaped(sayResult(locale, 'candidates'))}</h2><p>${escaped(sayResult(locale, 'candidatesNote'))}</p>${table(
    sayResult(locale, 'candidates'),
    heads.map((key) => (key === 'places' ? figure : words)(sayResult(locale, key))),
    rows,
  )}</section>`;
};

const ties = (page: Page): string => {
  const { seats, locale, competitors, offer } = page;
  const names = new Map(offer.candidates.map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? competitors.of(id).name;
  const together = (ids: readonly string[]): string => ids.map(nameOf).join(', ');
  const decision = ({ rule, decided }: Tie): string => {
    switch (rule) {
      case 'ballotOrder':
        return sayResult(locale, 'tieOrder', { decided: together(decided) });
      case 'lot': {
        const seed = offer.tieRule.kind === 'lot' ? offer.tieRule.seed : '';
        return sayResult(locale, 'tieLot', { seed, decided: together(decided) });
      }
      case 'open':
        return sayResult(locale, 'tieOpen');
    }
  };
  const told = seats.flatMap(({ name, districtId, tie }) =>
    tie === null
      ? []
      : [
          sayResult(locale, 'tie', {
            contest: [name[locale], districtName(page, districtId)].filter(Boolean).join(', '),
            tied: together(tie.tied),
            seats: tie.seats,
            decision: decision(tie),
          }),
        ],
  );
  const body =
    told.length === 0
      ? `<p>${escaped(sayResult(locale, 'noTies'))}</p>`
      : `<ul>${told.map((each) => `<li>${escaped(each)}</li>`).join('')}</ul>`;
  return `<section><h2>${escaped(sayResult(locale, 'ties'))}</h2>${body}</section>`;
};

const more = (page: Page, count: number): string =>
  count > 0
    ? `<p>${escaped(sayResult(page.locale, 'andMore', { count: page.number(count) }))}</p>`
    : '';

const idList = (page: Page, ids: readonly string[]): string => {
  const shown = ids.slice(0, MISSING_SHOWN);
  const list = shown.map((id) => `<li>${escaped(id)}</li>`).join('');
  return `<ul class="ids">${list}</ul>${more(page, ids.length - shown.length)}`;
};

const madeUp = (page: Page): string => {
  const { sums, locale, number } = page;
  return sums.madeUp.length === 0
    ? ''
    : `<section><h2>${escaped(sayResult(locale, 'madeUpPrecincts'))} (${number(sums.madeUp.length)})</h2>${idList(page, sums.madeUp)}</section>`;
};

const missing = (page: Page): string => {
  const { sums, locale } = page;
  return `<section><h2>${escaped(sayResult(locale, 'missing'))} (${page.number(sums.missing.length)})</h2>${
    sums.missing.length === 0
      ? `<p>${escaped(sayResult(locale, 'noneMissing'))}</p>`
      : idList(page, sums.missing)
  }</section>`;
};

const rejected = (page: Page): string => {
  const { sums, locale } = page;
  const shown = sums.rejected.slice(0, REJECTED_SHOWN);
  const heads = ['precinct', 'reason', 'file'] as const;
  const row = ({ precinct, code, detail, origin }: Rejection): readonly Cell[] => [
    words(precinct ?? sayResult(locale, 'unknown')),
    {
      html: `${escaped(sayRejection(locale, code))} <span class="small">(${code}: ${escaped(detail)})</span>`,
    },
    { html: `<code>${escaped(origin)}</code>` },
  ];
  const body =
    shown.length === 0
      ? `<p>${escaped(sayResult(locale, 'noneRejected'))}</p>`
      : table(
          sayResult(locale, 'rejected'),
          heads.map((key) => words(sayResult(locale, key))),
          shown.map(row),
        );
  return `<section><h2>${escaped(sayResult(locale, 'rejected'))} (${page.number(sums.rejected.length)})</h2>${body}${more(page, sums.rejected.length - shown.length)}</section>`;
};

const check = ({ locale }: Page): string =>
  `<section><h2>${escaped(sayResult(locale, 'check'))}</h2><p>${escaped(sayResult(locale, 'checkText'))}</p>
<pre>scripts/urna verify SITE --key authority-key.pem
python3 scripts/nation/tally.py SITE
openssl pkeyutl -verify -pubin -inkey machine-key.pem -rawin -in result-package.json -sigfile result-package.sig</pre></section>`;

/** HTML 5, UTF-8. */
export const resultPage = (result: NationalResult, options: PageOptions): string => {
  const page = makePage(result, options.locale);
  const { seats: all, vacant } = chamberOf(result.seats, page.competitors);
  const title = sayResult(options.locale, 'title', {
    election: result.offer.title[options.locale],
  });
  return `<!doctype html>
<html lang="${options.locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${PAGE_STYLE}</style></head>
<body>
${header(page, options)}
<main>
${keyFigures(page, vacant, all)}
${[chamber, summedLists, states, lists, candidates, ties, madeUp, missing, rejected, check].map((part) => part(page)).join('\n')}
</main>
</body></html>
`;
};
