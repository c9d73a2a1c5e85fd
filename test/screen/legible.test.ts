/**
 * Legible for everybody: all scenes in every text size and contrast, in both languages, on panels from
 * seven to fifteen inches and upright, with names as long as an election may bring.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadRaster, type Raster } from '#drivers/touchscreen/raster.ts';
import {
  type BallotView,
  type BoothState,
  CONTRASTS,
  DEFAULT_AIDS,
  isVoters,
  type OfficerCheck,
  type Stage,
  TEXT_SIZES,
  type VoterAids,
} from '#firmware/booth/state.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { MAX_NAME_LENGTH, MAX_SHORT_NAME_LENGTH } from '#firmware/election/limits.ts';
import { sayAtConsole } from '#firmware/locale/console.ts';
import { NAME_SHOWN } from '#firmware/runtime/booth-console.ts';
import { targetsOf } from '#firmware/screen/hit-test.ts';
import { lookOf } from '#firmware/screen/look.ts';
import { MIN_TEXT_MM, type PanelSize } from '#firmware/screen/measure.ts';
import {
  consoleCheckScene,
  SMALLEST_PANEL,
  SMALLEST_UPRIGHT_PANEL,
  sceneOf,
} from '#firmware/screen/scene-of.ts';
import type { Scene } from '#hal/scene.ts';
import { DEMO_PATH, loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { arbitraryTouches, FC_SEED, marksFromTouches } from '#test/election/arbitrary-elections.ts';
import { allStages, ballotStage, dispatchStates, fullMarks, stateWith } from './booth-states.ts';
import { contrast, faultsOf } from './legibility.ts';

const demo = loadOwnDefinition(DEMO_PATH);
const small = loadOwnDefinition(SMALL_PATH);
const LOCALES: readonly Locale[] = ['es', 'en'];
const PANELS: Readonly<Record<string, PanelSize>> = {
  '7 inches': SMALLEST_PANEL,
  '10 inches': { widthMm: 217, heightMm: 136 },
  '15 inches': { widthMm: 332, heightMm: 187 },
  '10 inches, upright': SMALLEST_UPRIGHT_PANEL,
};

type Aids = { readonly [Key in 'text' | 'contrast']: VoterAids['settings'][Key] };

/** Every text size in every contrast. */
const LOOKS: readonly Aids[] = TEXT_SIZES.flatMap((text) =>
  CONTRASTS.map((contrast) => ({ text, contrast })),
);

/** As many party cards as a ballot may show. */
const MOST_CARDS = 110;
const most: ElectionDefinition = {
  ...demo,
  cards: Array.from({ length: MOST_CARDS }, (_, index) => {
    const card = demo.cards[index % demo.cards.length];
    if (card === undefined) throw new Error('the demo election has no cards');
    return index < demo.cards.length ? card : { ...card, id: `${card.id}-more` };
  }),
};

const stateOf = (
  stage: Stage,
  locale: Locale,
  settings: Aids,
  panel: VoterAids['panel'] = null,
): BoothState => ({
  ...stateWith(stage, locale),
  aids: { ...DEFAULT_AIDS, keys: true, panel, settings: { ...DEFAULT_AIDS.settings, ...settings } },
});

const leastOf = (state: BoothState): number =>
  isVoters(state.stage) ? lookOf(state.aids.settings).least : MIN_TEXT_MM;

const wrong = (state: BoothState, election: ElectionDefinition, panel: PanelSize) =>
  faultsOf(sceneOf(state, election, panel), panel, leastOf(state));

const where = (state: BoothState): string =>
  `${state.locale} ${JSON.stringify(state.aids.settings)} ${JSON.stringify(state.stage).slice(0, 200)}`;

describe.each(Object.entries(PANELS))('on a panel of %s', (_name, panel) => {
  test.each(LOOKS)('every scene in the text size $text and the contrast $contrast', (aids) => {
    for (const locale of LOCALES) {
      for (const stage of allStages(small)) {
        const state = stateOf(stage, locale, aids);
        expect(wrong(state, small, panel), where(state)).toEqual([]);
      }
    }
  });

  test.each(LOOKS)(
    'how the sending of the result stands, in the text size $text and the contrast $contrast',
    (aids) => {
      for (const locale of LOCALES)
        for (const dispatch of dispatchStates()) {
          const state = stateOf({ name: 'finished', copies: 12 }, locale, aids);
          const faults = faultsOf(sceneOf(state, small, panel, dispatch), panel, leastOf(state));
          expect(faults, `${locale} ${JSON.stringify(dispatch)}`).toEqual([]);
        }
    },
  );

  test('what an officer is asked to agree to for a technician', () => {
    const checks = (['insertToken', 'enterPin', 'checking'] as const).flatMap((step) =>
      (['wrongPin', 'foreign', null] as const).map(
        (refusal): OfficerCheck => ({ purpose: 'console', step, pin: '123456', refusal }),
      ),
    );
    for (const locale of LOCALES)
      for (const check of checks)
        for (const name of ['park', 'resume', 'reboot'] as const) {
          const state = stateWith({ name: 'waiting' }, locale);
          const request = [
            `${name}: ${sayAtConsole(locale, `help.${name}`)}`,
            'W'.repeat(NAME_SHOWN),
          ];
          const scene = consoleCheckScene(state, small, panel, check, request);
          expect(faultsOf(scene, panel, MIN_TEXT_MM), `${locale} ${check.step}`).toEqual([]);
        }
  });

  test.each(CONTRASTS)('the settings in the contrast %s', (scheme) => {
    const ballot = ballotStage(small, { marks: fullMarks(small) });
    const warned = { ...ballot, time: 'warned' } as const;
    for (const locale of LOCALES) {
      for (const text of TEXT_SIZES) {
        for (const stage of [ballot, warned, { name: 'takePaper', left: false } as const])
          for (const page of ['look', 'voice'] as const) {
            const state = stateOf(stage, locale, { text, contrast: scheme }, page);
            expect(wrong(state, small, panel), `${page} ${where(state)}`).toEqual([]);
          }
      }
    }
  });

  test.each(TEXT_SIZES)('a ballot of 110 cards in the text size %s', (text) => {
    const marks = fullMarks(most);
    const aids = { text, contrast: 'soft' } as const;
    const seen = new Set<string>();
    for (let page = 0; page < most.cards.length; page += 1) {
      const state = stateOf(ballotStage(most, { marks, page }), 'es', aids);
      expect(wrong(state, most, panel), `page ${page}`).toEqual([]);
      const targets = targetsOf(sceneOf(state, most, panel)).map(({ target }) => target);
      for (const target of targets) if (target.startsWith('card:')) seen.add(target);
      if (!targets.includes('page:next')) break;
    }
    expect(seen.size).toBe(most.cards.length);
    for (const { id } of most.cards.slice(0, 30)) {
      const stage = ballotStage(most, { marks, view: { kind: 'card', cardId: id } });
      expect(wrong(stateOf(stage, 'en', aids), most, panel), id).toEqual([]);
    }
  });
});

/** Words as long as they are in names, with the letters that stand highest and lowest. */
const LONG_WORDS = ['Ángel', 'Ñáñez', 'Echeverría', 'de', 'la', 'Concepción', 'Güipúzcoa', 'y'];

/** As many of the words as a name may be long. */
const nameFrom = (order: readonly number[], most: number): string => {
  let name = '';
  for (const index of order) {
    const longer = `${name} ${LONG_WORDS[index % LONG_WORDS.length]}`.trim();
    if (longer.length > most) break;
    name = longer;
  }
  return name;
};

const order = fc.array(fc.nat({ max: 100 }), { minLength: 20, maxLength: 30 });

/** The small election with names as long as they may be. */
const withLongNames = (names: readonly (readonly number[])[]): ElectionDefinition => {
  const name = (index: number, most = MAX_NAME_LENGTH): string =>
    nameFrom(names[index % names.length] ?? [], most) || 'Ñ';
  return {
    ...small,
    organisations: small.organisations.map((each, index) => ({
      ...each,
      name: name(index),
      shortName: name(index, MAX_SHORT_NAME_LENGTH),
    })),
    candidates: small.candidates.map((each, index) => ({ ...each, name: name(index + 1) })),
    officers: small.officers.map((each, index) => ({ ...each, name: name(index + 2) })),
  };
};

describe('names of sixty characters', () => {
  test('have room in every size on every panel, on cards, in the review and under the officers’ titles', () => {
    fc.assert(
      fc.property(
        fc.array(order, { minLength: 5, maxLength: 9 }),
        arbitraryTouches,
        fc.constantFrom(...LOOKS),
        fc.constantFrom(...LOCALES),
        fc.constantFrom(...Object.keys(PANELS)),
        fc.nat({ max: 20 }),
        (names, touches, aids, locale, panelName, chosen) => {
          const election = withLongNames(names);
          const panel = PANELS[panelName] ?? SMALLEST_PANEL;
          const { ballot } = ballotStage(election).attempt;
          const marks = marksFromTouches(ballot, touches);
          const cardId = ballot.cards[chosen % ballot.cards.length]?.id ?? '';
          const views = [{ kind: 'cards' }, { kind: 'card', cardId }, { kind: 'review' }] as const;
          for (const view of views)
            for (const part of [0, 1, 2]) {
              const stage = ballotStage(election, { marks, part, page: part, view });
              const state = stateOf(stage, locale, aids);
              expect(wrong(state, election, panel), `${where(state)} ${panelName}`).toEqual([]);
            }
        },
      ),
      { seed: FC_SEED, numRuns: 120 },
    );
  });
});

describe.each(Object.entries(PANELS))('on the glass, with its own font, %s', (_name, panel) => {
  let raster: Raster;
  beforeAll(async () => {
    raster = await loadRaster();
  });

  test.each(TEXT_SIZES)('no text is made smaller or cut in the size %s', (text) => {
    const seen = new Set<string>();
    for (const locale of LOCALES) {
      for (const stage of allStages(small)) {
        const scene = sceneOf(stateOf(stage, locale, { text, contrast: 'standard' }), small, panel);
        for (const node of scene.nodes) {
          if (node.text === undefined) continue;
          const { width, height } = node.box;
          const key = `${node.text.value} ${width} ${height} ${node.text.height} ${node.tick}`;
          if (seen.has(key)) continue;
          seen.add(key);
          const layout = raster.layout(node);
          if (layout === null) continue;
          expect(layout.truncated, node.text.value).toBe(false);
          expect(layout.heightMm, node.text.value).toBe(node.text.height);
        }
      }
    }
  });
});

describe('what is chosen is told without colour', () => {
  const ticks = (scene: Scene): number => scene.nodes.filter(({ tick }) => tick === true).length;

  test('by a tick, a wider rim and words, in every contrast', () => {
    const marks = fullMarks(small);
    for (const scheme of CONTRASTS) {
      const view = { kind: 'card', cardId: small.cards[0]?.id ?? '' } as const;
      const settings = { text: 'standard', contrast: scheme } as const;
      const plain = sceneOf(
        stateOf(ballotStage(small, { view }), 'es', settings),
        small,
        SMALLEST_PANEL,
      );
      const chosen = sceneOf(
        stateOf(ballotStage(small, { view, marks }), 'es', settings),
        small,
        SMALLEST_PANEL,
      );
      expect(ticks(plain)).toBe(0);
      expect(ticks(chosen)).toBeGreaterThan(0);
      for (const node of targetsOf(chosen)) {
        if (node.tick !== true || !node.target.startsWith('option:')) continue;
        const before = targetsOf(plain).find(({ target }) => target === node.target);
        expect(node.border?.width).toBeGreaterThan(before?.border?.width ?? 0);
        expect(node.words).toMatch(/, seleccionada$/);
        expect(before?.words).toMatch(/, sin seleccionar$/);
      }
    }
  });

  test('and the measure of contrast is that of the guidelines', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#ff0000', '#ff0000')).toBe(1);
  });
});

describe.each(Object.entries(PANELS))('names among the cards, %s', (_name, panel) => {
  test.each(TEXT_SIZES)('%s: every card of a page shows its name, of sixty letters too', (text) => {
    const longest = nameFrom([0, 1, 2, 3, 4, 5, 6, 7], MAX_NAME_LENGTH);
    const long = {
      ...most,
      organisations: most.organisations.map((each) => ({ ...each, name: longest })),
    };
    for (const election of [most, long]) {
      const state = stateOf(ballotStage(election), 'es', { text, contrast: 'standard' });
      const scene = sceneOf(state, election, panel);
      const texts = scene.nodes.map((node) => node.text?.value);
      const shown = targetsOf(scene).filter(({ target }) => target.startsWith('card:'));
      expect(shown.length).toBeGreaterThan(0);
      for (const { target } of shown) {
        const card = election.cards.find(({ id }) => `card:${id}` === target);
        const id = card?.organisationId;
        expect(texts).toContain(election.organisations.find((each) => each.id === id)?.name);
      }
    }
  });
});

describe('the name of an organisation, however large the letters', () => {
  const panel = PANELS['10 inches'] ?? SMALLEST_PANEL;
  const shown = (scene: Scene): string =>
    scene.nodes.map(({ text }) => text?.value ?? '').join('|');

  test.each(TEXT_SIZES)(
    '%s: is among the cards, on its own, in the review, and said of the card and the choice',
    (text) => {
      const { ballot } = ballotStage(demo).attempt;
      const [card] = ballot.cards;
      const name = demo.organisations.find(({ id }) => id === card?.organisationId)?.name ?? '';
      const list = ballot.contests.findIndex(({ contest }) => contest.kind === 'list');
      const option = ballot.contests[list]?.options.findIndex(({ cardId }) => cardId === card?.id);
      const marks = ballot.contests.map((_, index) => (index === list ? [option ?? 0] : []));
      const sceneAt = (view: BallotView): Scene =>
        sceneOf(
          stateOf(ballotStage(demo, { marks, view }), 'es', { text, contrast: 'soft' }),
          demo,
          panel,
        );
      expect(name.length).toBeGreaterThan(10);
      expect(shown(sceneAt({ kind: 'card', cardId: card?.id ?? '' }))).toContain(name);
      expect(shown(sceneAt({ kind: 'review' }))).toContain(name);
      const cards = sceneAt({ kind: 'cards' });
      expect(shown(cards)).toContain(name);
      expect(targetsOf(cards).find(({ target }) => target === `card:${card?.id}`)?.words).toContain(
        name,
      );
      expect(cards.status?.join()).toContain(name);
    },
  );
});
