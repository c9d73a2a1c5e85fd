import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BoothState, isVoters, type StageOf } from '#firmware/booth/state.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { mendingLines } from '#firmware/locale/fault-help.ts';
import { faultText } from '#firmware/locale/faults.ts';
import { SCREEN_EN } from '#firmware/locale/screen-en.ts';
import { SCREEN_ES } from '#firmware/locale/screen-es.ts';
import { placeholdersOf } from '#firmware/locale/text.ts';
import { centreOf, hitTest, targetsOf } from '#firmware/screen/hit-test.ts';
import { lookOf } from '#firmware/screen/look.ts';
import { MIN_GAP_MM, MIN_TEXT_MM, type PanelSize } from '#firmware/screen/measure.ts';
import { SMALLEST_PANEL, sceneOf, screenFault } from '#firmware/screen/scene-of.ts';
import type { Scene } from '#hal/scene.ts';
import { DEMO_PATH, loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import {
  arbitraryElection,
  arbitraryTouches,
  FC_SEED,
  marksFromTouches,
} from '#test/election/arbitrary-elections.ts';
import { allStages, ballotStage, fullMarks, stateWith } from './booth-states.ts';
import { faultsOf } from './legibility.ts';

const demo = loadOwnDefinition(DEMO_PATH);
const small = loadOwnDefinition(SMALL_PATH);
const PANEL = { widthMm: 217, heightMm: 136 };
const PANELS = { 'a panel of 10 inches': PANEL, 'the smallest panel': SMALLEST_PANEL };
const LOCALES: readonly Locale[] = ['es', 'en'];
/** Text of a voter's scenes keeps to the voter's size; officers' scenes are at least legible. */
const leastOf = (state: BoothState): number =>
  isVoters(state.stage) ? lookOf(state.aids.settings).least : MIN_TEXT_MM;

const wrong = (state: BoothState, election: ElectionDefinition, panel: PanelSize) =>
  faultsOf(sceneOf(state, election, panel), panel, leastOf(state));

describe.each(Object.entries(PANELS))('every scene on %s', (_name, panel) => {
  test.each([
    ['demo', demo],
    ['small', small],
  ])(
    'of the %s election: targets large, apart and inside, texts fit, words to speak',
    (_which, definition) => {
      for (const locale of LOCALES) {
        for (const stage of allStages(definition)) {
          const faults = wrong(stateWith(stage, locale), definition, panel);
          expect(faults, `${locale} ${JSON.stringify(stage).slice(0, 300)}`).toEqual([]);
        }
      }
    },
  );

  test('outside the ballot everything that is spoken is shown, and nothing is cut short', () => {
    for (const locale of LOCALES) {
      for (const stage of allStages(small)) {
        if (stage.name === 'ballot') continue;
        const scene = sceneOf(stateWith(stage, locale), small, panel);
        const shown = scene.nodes.flatMap(({ text }) => (text === undefined ? [] : [text.value]));
        const title = small.title[locale];
        for (const words of scene.spoken) {
          // Of the frame: the title may give way to the battery, the sign of the settings is short.
          if (words === title || words.includes(' · ')) continue;
          expect(shown.includes(words) || isSpokenOnly(words), `${stage.name}: ${words}`).toBe(
            true,
          );
        }
        const cut = shown.filter((words) => words.endsWith('…') && !scene.spoken.includes(words));
        expect(cut.filter((words) => words !== '…')).toEqual([]);
      }
    }
  });
});

/** What is said but not shown as it is: the number of digits typed. */
const isSpokenOnly = (words: string): boolean => /^\d+ (cifras|digits)/.test(words);

describe('random elections', () => {
  test('are shown with targets large, apart and inside, whatever is marked', () => {
    fc.assert(
      fc.property(
        arbitraryElection,
        arbitraryTouches,
        fc.nat({ max: 12 }),
        fc.nat({ max: 100 }),
        (election, touches, page, chosen) => {
          const { ballot } = ballotStage(election).attempt;
          if (ballot.cards.length === 0 || screenFault(election, PANEL) !== null) return;
          const marks = marksFromTouches(ballot, touches);
          const cardId = ballot.cards[chosen % ballot.cards.length]?.id ?? '';
          const views = [{ kind: 'cards' }, { kind: 'card', cardId }, { kind: 'review' }] as const;
          for (const view of views) {
            const stage = ballotStage(election, { marks, page, view });
            expect(wrong(stateWith(stage, 'es'), election, PANEL)).toEqual([]);
          }
        },
      ),
      { seed: FC_SEED, numRuns: 60 },
    );
  });

  test('every option of the ballot can be reached by touching', () => {
    fc.assert(
      fc.property(arbitraryElection, (election) => {
        const { ballot } = ballotStage(election).attempt;
        if (ballot.cards.length === 0 || screenFault(election, PANEL) !== null) return;
        expect(reachableOptions(election).toSorted()).toEqual(
          ballot.contests
            .flatMap(({ options }, contest) =>
              options.map((_, option) => `option:${contest}:${option}`),
            )
            .toSorted(),
        );
      }),
      { seed: FC_SEED, numRuns: 40 },
    );
  });
});

/** Options found on the cards that are found on the pages, by what can be touched alone. */
const reachableOptions = (definition: ElectionDefinition): readonly string[] => {
  const show = (change: Partial<StageOf<'ballot'>>): readonly string[] =>
    targetsOf(sceneOf(stateWith(ballotStage(definition, change), 'es'), definition, PANEL)).map(
      ({ target }) => target,
    );
  const cards = new Set<string>();
  for (let page = 0; ; page += 1) {
    const targets = show({ page });
    for (const target of targets) if (target.startsWith('card:')) cards.add(target.slice(5));
    if (!targets.includes('page:next')) break;
  }
  return [...cards].flatMap((cardId) =>
    show({ view: { kind: 'card', cardId } }).filter((target) => target.startsWith('option:')),
  );
};

describe('the demo ballot', () => {
  const sceneWith = (change: Partial<StageOf<'ballot'>>, locale: Locale = 'es'): Scene =>
    sceneOf(stateWith(ballotStage(demo, change), locale), demo, PANEL);

  test('has its 107 cards with their names on six pages, every option within reach', () => {
    const counts = [0, 1, 2, 3, 4, 5].map(
      (page) =>
        targetsOf(sceneWith({ page })).filter(({ target }) => target.startsWith('card:')).length,
    );
    expect(counts).toEqual([20, 20, 20, 20, 20, 7]);
    const options = ballotStage(demo).attempt.ballot.contests.map((each) => each.options.length);
    expect(reachableOptions(demo)).toHaveLength(options.reduce((sum, each) => sum + each, 0));
  });

  test('pages lead to the next and back, not beyond', () => {
    const paging = (page: number) =>
      targetsOf(sceneWith({ page }))
        .map(({ target }) => target)
        .filter((target) => target.startsWith('page:'));
    expect([0, 3, 5].map(paging)).toEqual([
      ['page:next'],
      ['page:previous', 'page:next'],
      ['page:previous'],
    ]);
  });

  test('a touched card shows SELECCIONAR TODO, its list and its candidates', () => {
    const targets = targetsOf(sceneWith({ view: { kind: 'card', cardId: 't-001' } })).map(
      (each) => each.target,
    );
    expect(targets).toEqual([
      'all:t-001',
      'option:0:0',
      'option:1:0',
      'option:1:1',
      'card:close',
      'vote',
      'settings:open',
      'language:en',
    ]);
  });

  test('what is marked has a tick, on its card and on the pages, and is named in the strip', () => {
    const marks = fullMarks(demo);
    const ticked = (scene: Scene) =>
      scene.nodes.filter((node) => node.tick === true).map((node) => node.target);
    const cells = sceneWith({ marks }).nodes;
    const at = cells.findIndex(({ target }) => target === 'card:t-001');
    expect(ticked({ ...sceneWith({ marks }), nodes: cells.slice(at, at + 2) })).toHaveLength(1);
    expect(ticked(sceneWith({ marks }))).toHaveLength(1);
    expect(ticked(sceneWith({ marks, view: { kind: 'card', cardId: 't-001' } }))).toEqual([
      'all:t-001',
      'option:0:0',
      'option:1:0',
      'option:1:1',
    ]);
    const name = demo.candidates.find((each) => each.id === 'c-001-1')?.name ?? '?';
    expect(sceneWith({ marks, page: 2 }).spoken.join('\n')).toContain(`${name} · GPP`);
  });

  test('the name of a scene says nothing of what is chosen', () => {
    const names = allStages(demo)
      .filter((stage) => stage.name === 'ballot' || stage.name === 'expired')
      .map((stage) => sceneOf(stateWith(stage, 'es'), demo, PANEL).name);
    expect(new Set(names)).toEqual(new Set(['ballot']));
  });
});

describe('the sentences of the law', () => {
  const spoken = (stage: Parameters<typeof stateWith>[0]) =>
    sceneOf(stateWith(stage, 'es'), demo, PANEL).spoken;

  test.each([
    [
      ballotStage(demo, { view: { kind: 'undervote', positions: 3 } }),
      ['USTED DEJÓ DE SELECCIONAR 3 CARGOS', 'COMPLETAR SELECCIÓN', 'VOTAR'],
    ],
    [
      ballotStage(demo, { view: { kind: 'undervote', positions: 1 } }),
      ['USTED DEJÓ DE SELECCIONAR 1 CARGO', 'COMPLETAR SELECCIÓN', 'VOTAR'],
    ],
    [
      ballotStage(demo, { view: { kind: 'blank' } }),
      ['USTED NO HA SELECCIONADO NINGÚN CARGO', 'SELECCIONAR CARGOS', 'VOTAR NULO'],
    ],
    [
      { name: 'expired', attempt: ballotStage(demo).attempt } as const,
      ['EL TIEMPO PARA VOTAR HA EXPIRADO, SU VOTO ES NULO'],
    ],
  ])('%#', (stage, sentences) => {
    expect(spoken(stage)).toEqual(expect.arrayContaining(sentences));
  });
});

describe('touching', () => {
  test('the middle of a target is that target; beside it is none', () => {
    for (const stage of allStages(small)) {
      const scene = sceneOf(stateWith(stage, 'es'), small, PANEL);
      for (const { target, box } of targetsOf(scene)) {
        const centre = centreOf(scene, target);
        expect(centre && hitTest(scene, centre.x, centre.y)).toBe(target);
        expect(hitTest(scene, box.x - MIN_GAP_MM / 2, box.y + box.height / 2)).not.toBe(target);
      }
    }
    const scene = sceneOf(stateWith({ name: 'waiting' }, 'es'), small, PANEL);
    expect(hitTest(scene, 100, 70)).toBeNull();
    expect(centreOf(scene, 'vote')).toBeNull();
  });
});

describe('what the screen keeps to itself', () => {
  test('PIN digits are dots, and spoken as their number', () => {
    const check = { purpose: 'menu', step: 'enterPin', pin: '957', refusal: null } as const;
    const scene = sceneOf(stateWith({ name: 'officer', check }, 'es'), small, PANEL);
    expect(JSON.stringify(scene)).not.toContain('957');
    expect(scene.spoken).toContain('3 cifras escritas');
  });

  test('an officer at the booth of a voter does not see the ballot', () => {
    const marks = fullMarks(demo);
    const check = { purpose: 'voterLeft', step: 'enterPin', pin: '', refusal: null } as const;
    for (const officer of [check, 'confirmLeft'] as const) {
      const scene = sceneOf(stateWith(ballotStage(demo, { marks, officer }), 'es'), demo, PANEL);
      expect(JSON.stringify(scene)).toBe(
        JSON.stringify(sceneOf(stateWith(ballotStage(demo, { officer }), 'es'), demo, PANEL)),
      );
    }
  });
});

describe('an election that a panel has no room for', () => {
  test('is found before anybody votes', () => {
    expect(screenFault(demo, PANEL)).toBeNull();
    expect(screenFault(small, SMALLEST_PANEL)).toBeNull();
    expect(screenFault(small, { widthMm: 100, heightMm: 60 })).toContain('smaller than');
    const candidates = Array.from({ length: 60 }, (_, index) => ({
      id: `x-${index}`,
      contestId: 'nominal',
      name: `Persona ${index}`,
    }));
    const cards = small.cards.map((card, index) =>
      index === 0 ? { ...card, candidateIds: candidates.map(({ id }) => id) } : card,
    );
    expect(screenFault({ ...small, candidates, cards }, PANEL)).toContain(
      'the card t-1 offers 61 options',
    );
  });
});

describe('the texts', () => {
  test('both languages want the same parameters', () => {
    for (const key of Object.keys(SCREEN_ES) as (keyof typeof SCREEN_ES)[]) {
      expect([...placeholdersOf(SCREEN_EN[key])].sort(), key).toEqual(
        [...placeholdersOf(SCREEN_ES[key])].sort(),
      );
    }
  });
});

describe('a machine that stopped', () => {
  test('shows cause, check and part where the panel has room, and the remedy always', () => {
    const stage = { name: 'parked', code: 'machine.logNotOpened' } as const;
    for (const locale of LOCALES) {
      const { remedy } = faultText(locale, stage.code);
      const wide = sceneOf(stateWith(stage, locale), small, { widthMm: 332, heightMm: 187 });
      for (const line of [remedy, ...mendingLines(locale, stage.code)])
        expect(wide.spoken).toContain(line);
      expect(sceneOf(stateWith(stage, locale), small, SMALLEST_PANEL).spoken).toContain(remedy);
    }
  });
});

describe('what is not known', () => {
  test('is not said: a machine that stopped or recovers promises nothing about what is stored', () => {
    const recovering = { name: 'recovering', attempt: null, left: false, printed: null } as const;
    const stages = [
      { name: 'parked', code: 'vault.tampered' },
      { ...recovering, stuck: false },
    ] as const;
    for (const locale of LOCALES) {
      for (const stage of stages) {
        const words = sceneOf(stateWith(stage, locale), small, PANEL).spoken.join(' ');
        expect(words).not.toMatch(/seguro|safe|perdido|lost/i);
      }
    }
  });

  test('without power, what a voter has only marked is not called stored', () => {
    const said = (until: StageOf<'ballot' | 'waiting'>): string =>
      sceneOf(stateWith({ name: 'resting', until }, 'en'), small, PANEL).spoken.join(' ');
    expect(said({ name: 'waiting' })).toContain('Everything is stored.');
    const marked = said(ballotStage(small, { marks: fullMarks(small) }));
    expect(marked).not.toContain('Everything is stored.');
    expect(marked).toContain('the voter begins anew');
  });
});
