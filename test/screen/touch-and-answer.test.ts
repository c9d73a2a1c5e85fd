/**
 * Screen and booth agree: whatever a scene offers to touch, the booth answers in that very state; and
 * whatever the booth can be told by touch, some scene offers.
 */
import { describe, expect, test } from 'vitest';
import { makeBooth } from '#firmware/booth/booth.ts';
import {
  type BoothState,
  CONTRASTS,
  isVoters,
  PIN_MIN_DIGITS,
  type Stage,
  TEXT_SIZES,
} from '#firmware/booth/state.ts';
import { hitTest, targetsOf } from '#firmware/screen/hit-test.ts';
import { sceneOf } from '#firmware/screen/scene-of.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { allStages, ballotStage, stateWith } from './booth-states.ts';

const small = loadOwnDefinition(SMALL_PATH);
const PANEL = { widthMm: 217, heightMm: 136 };
const booth = makeBooth(small);

const touch = (state: BoothState, action: string) => booth.step(state, { kind: 'touched', action });

/** ACEPTAR before enough digits are typed is the one thing shown that does nothing. */
const isEarlyEnter = (stage: Stage, action: string): boolean =>
  action === 'pin:enter' && digitsTyped(stage) < PIN_MIN_DIGITS;

const digitsTyped = (stage: Stage): number => {
  if ('pin' in stage) return stage.pin.length;
  const check = 'check' in stage ? stage.check : stage.name === 'ballot' ? stage.officer : null;
  return check !== null && typeof check === 'object' ? check.pin.length : 0;
};

describe('a touch', () => {
  test('on anything that a scene offers is answered by the booth in that state', () => {
    const refused = new Set<string>();
    for (const stage of allStages(small)) {
      const state = stateWith(stage, 'es');
      for (const { target } of targetsOf(sceneOf(state, small, PANEL))) {
        if (isEarlyEnter(stage, target)) continue;
        const [, effects] = touch(state, target);
        const refusal = effects.find((effect) => effect.kind === 'refuse');
        if (refusal !== undefined) refused.add(`${stage.name}: ${target}`);
      }
    }
    expect([...refused]).toEqual([]);
  });

  test('everything that the booth can be told is offered somewhere', () => {
    const offered = new Set(
      allStages(small).flatMap((stage) =>
        targetsOf(sceneOf(stateWith(stage, 'es'), small, PANEL)).map(({ target }) => target),
      ),
    );
    for (const action of [
      'option:1:6',
      'all:t-1',
      'card:t-4',
      'card:close',
      'message:dismiss',
      'vote',
      'review:change',
      'review:confirm',
      'undervote:complete',
      'undervote:vote',
      'blank:select',
      'blank:null',
      'time:more',
      'expired:understood',
      'paper:taken',
      'paper:accept',
      'paper:reject',
      'paper:tryAgain',
      'paper:something',
      'paper:nothing',
      'paper:folded',
      'paper:inBox',
      'pin:0',
      'pin:9',
      'pin:erase',
      'pin:enter',
      'officer:cancel',
      'voter:left',
      'voter:there',
      'selfTest:repeat',
      'ceremony:start',
      'polls:open',
      'polls:close',
      'queue:empty',
      'queue:waiting',
      'media:synchronise',
      'tally:copy',
      'language:en',
    ]) {
      expect(offered.has(action), action).toBe(true);
    }
  });
});

describe('the settings of a voter', () => {
  test('offer what the booth answers, and all of it', () => {
    const offered = new Set<string>();
    for (const page of ['look', 'voice'] as const) {
      const state = stateWith({ name: 'takePaper', left: false }, 'es');
      const open = { ...state, aids: { ...state.aids, panel: page } };
      for (const { target } of targetsOf(sceneOf(open, small, PANEL))) {
        offered.add(target);
        const [after, effects] = touch(open, target);
        expect(effects, target).toEqual([]);
        expect(after.stage).toEqual(open.stage);
      }
    }
    expect([...offered].sort()).toEqual(
      [
        ...TEXT_SIZES.map((size) => `text:${size}`),
        ...CONTRASTS.map((scheme) => `contrast:${scheme}`),
        ...['es', 'en'].map((locale) => `language:${locale}`),
        ...['on', 'off', 'louder', 'softer', 'faster', 'slower'].map((each) => `voice:${each}`),
        ...['close', 'default', 'voice', 'look'].map((each) => `settings:${each}`),
        'screen:off',
      ].sort(),
    );
  });

  test('are offered to a voter at every scene, and to nobody else', () => {
    for (const stage of allStages(small)) {
      const targets = targetsOf(sceneOf(stateWith(stage, 'es'), small, PANEL));
      const offers = targets.some(({ target }) => target === 'settings:open');
      expect(offers, stage.name).toBe(isVoters(stage));
    }
  });
});

describe('a voter who sees and touches the glass alone', () => {
  /** Touches the middle of what bears this name, as a finger would. */
  const press = (state: BoothState, target: string): BoothState => {
    const scene = sceneOf(state, small, PANEL);
    const box = targetsOf(scene).find((node) => node.target === target)?.box;
    if (box === undefined) throw new Error(`${target} is not on the screen ${scene.name}`);
    const action = hitTest(scene, box.x + box.width / 2, box.y + box.height / 2);
    return touch(state, action ?? '')[0];
  };
  const begin = (): BoothState => ({
    ...stateWith(ballotStage(small), 'es'),
    media: { fixed: 'inStep', removable: 'inStep' },
  });
  const stageOf = (state: BoothState): Stage => state.stage;

  test('marks a whole card, reviews and votes', () => {
    const path = ['card:t-2', 'all:t-2', 'card:close', 'vote', 'review:confirm'];
    const end = path.slice(0, -1).reduce(press, begin());
    expect(stageOf(end)).toMatchObject({
      name: 'ballot',
      marks: [[1], [2, 3]],
      view: { kind: 'review' },
    });
    const [, effects] = touch(end, 'review:confirm');
    expect(effects).toContainEqual(
      expect.objectContaining({ kind: 'prepareVote', marks: [[1], [2, 3]] }),
    );
  });

  test('is told of one mark too many, understands, and goes on', () => {
    const path = ['card:t-2', 'all:t-2', 'card:close', 'card:t-1', 'option:1:0'];
    const told = path.reduce(press, begin());
    expect(sceneOf(told, small, PANEL).spoken).toContain(
      'Ya seleccionó los 2 cargos de esta contienda.',
    );
    const on = press(told, 'message:dismiss');
    expect(stageOf(on)).toMatchObject({
      marks: [[1], [2, 3]],
      view: { kind: 'card', cardId: 't-1' },
    });
  });

  test('votes null only after saying so', () => {
    const asked = ['vote', 'review:confirm'].reduce(press, begin());
    expect(sceneOf(asked, small, PANEL).spoken).toContain('USTED NO HA SELECCIONADO NINGÚN CARGO');
    expect(stageOf(press(asked, 'blank:select'))).toMatchObject({ view: { kind: 'cards' } });
    expect(stageOf(press(asked, 'blank:null')).name).toBe('preparing');
  });

  test('changes the language on the way and keeps what is marked', () => {
    const state = ['card:t-4', 'option:1:6', 'language:en', 'vote', 'review:confirm'].reduce(
      press,
      begin(),
    );
    expect(sceneOf(state, small, PANEL).spoken).toContain('YOU LEFT 2 POSITIONS UNSELECTED');
  });
});
