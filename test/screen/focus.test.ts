/** The keypad: everything that can be touched can be reached by keys, in reading order, in every scene. */
import { describe, expect, test } from 'vitest';
import { makeBooth } from '#firmware/booth/booth.ts';
import { type BoothState, DEFAULT_AIDS, PIN_MIN_DIGITS } from '#firmware/booth/state.ts';
import { focusIn, keyMeaning } from '#firmware/screen/focus.ts';
import { targetsOf } from '#firmware/screen/hit-test.ts';
import { contentSceneOf } from '#firmware/screen/scene-of.ts';
import type { Scene } from '#hal/scene.ts';
import type { TactileKey } from '#hal/tactile-keypad.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { allStages, ballotStage, stateWith } from './booth-states.ts';

const small = loadOwnDefinition(SMALL_PATH);
const PANEL = { widthMm: 217, heightMm: 136 };
const booth = makeBooth(small);

const withKeys = (state: BoothState): BoothState => ({
  ...state,
  aids: { ...DEFAULT_AIDS, keys: true },
});

const sceneOf = (state: BoothState): Scene => contentSceneOf(state, small, PANEL);

const allScenes = (): readonly Scene[] =>
  allStages(small).flatMap((stage) => {
    const state = withKeys(stateWith(stage, 'es'));
    const pages = stage.name === 'verifying' && !stage.left ? (['look', 'voice'] as const) : [];
    return [
      sceneOf(state),
      ...pages.map((panel) => sceneOf({ ...state, aids: { ...state.aids, panel } })),
    ];
  });

/** Where pressing `key` again and again leads, until it comes round. */
const wayOf = (scene: Scene, key: TactileKey): readonly string[] => {
  const way: string[] = [];
  let focus = focusIn(scene, null)?.target ?? null;
  while (focus !== null && !way.includes(focus)) {
    way.push(focus);
    focus = keyMeaning(scene, focus, false, key).focus;
  }
  return way;
};

describe('in every scene', () => {
  const scenes = allScenes();

  test('down and up come to everything that can be touched, once, in the order of the scene', () => {
    for (const scene of scenes) {
      const targets = targetsOf(scene).map(({ target }) => target);
      const down = wayOf(scene, 'down');
      expect([...down].sort()).toEqual([...targets].sort());
      const start = targets.indexOf(down[0] ?? '');
      expect(down).toEqual([...targets.slice(start), ...targets.slice(0, Math.max(0, start))]);
      expect(wayOf(scene, 'up')).toEqual([...down.slice(0, 1), ...down.slice(1).reverse()]);
    }
  });

  test('one node has the focus, it has words of its own, and select does what a touch on it does', () => {
    for (const scene of scenes) {
      const focused = scene.nodes.filter(({ focus }) => focus === true);
      const targets = targetsOf(scene);
      expect(focused.length).toBe(targets.length === 0 ? 0 : 1);
      for (const { target, words } of targets) {
        expect((words ?? '').trim()).not.toBe('');
        expect(keyMeaning(scene, target, false, 'select')).toEqual({
          focus: target,
          action: target,
        });
      }
      expect(focused[0]?.target).toBe(scene.focus);
    }
  });

  test('right comes to every group, or changes a setting', () => {
    for (const scene of scenes) {
      const targets = targetsOf(scene);
      if (targets.some(({ adjust }) => adjust !== undefined)) continue;
      const groups = new Set(targets.map(({ group }) => group));
      const reached = wayOf(scene, 'right').map(
        (target) => targets.find((each) => each.target === target)?.group,
      );
      expect(new Set(reached)).toEqual(groups);
    }
  });

  test('what has gone gives the focus back to where the scene begins', () => {
    for (const scene of scenes) {
      const start = scene.start ?? targetsOf(scene)[0]?.target;
      expect(focusIn(scene, 'no such target')?.target).toBe(start);
    }
  });

  test('nothing that can not be undone is where a scene begins', () => {
    const casting = [
      'review:confirm',
      'undervote:vote',
      'blank:null',
      'voter:left',
      'polls:close',
      'queue:empty',
    ];
    for (const scene of scenes) expect(casting).not.toContain(scene.focus ?? '');
  });
});

describe('on a setting', () => {
  test('left and right are less and more; the keypad’s own keys work everywhere', () => {
    const state = withKeys(stateWith(ballotStage(small), 'es'));
    const scene = sceneOf({ ...state, aids: { ...state.aids, panel: 'look' } });
    expect(keyMeaning(scene, 'text:large', false, 'right').action).toBe('text:larger');
    expect(keyMeaning(scene, 'text:large', false, 'left').action).toBe('text:smaller');
    expect(keyMeaning(scene, 'contrast:soft', false, 'left').action).toBe('contrast:previous');
    const empty = sceneOf(withKeys(stateWith({ name: 'waiting' }, 'es')));
    for (const key of ['up', 'down', 'left', 'right', 'select'] as const)
      expect(keyMeaning(empty, null, false, key)).toEqual({ focus: null, action: null });
    expect(keyMeaning(empty, null, false, 'louder').action).toBe('voice:louder');
    expect(keyMeaning(empty, null, false, 'screen').action).toBe('screen:off');
    expect(keyMeaning(empty, null, true, 'screen').action).toBe('screen:on');
  });
});

describe('with the keypad alone', () => {
  /** Goes down to a target, as a person counts the steps, and selects it. */
  const choose = (state: BoothState, wanted: string): BoothState => {
    let now = state;
    for (let steps = 0; steps < 300; steps += 1) {
      const scene = sceneOf(now);
      if (scene.focus === wanted) {
        const { action } = keyMeaning(scene, now.aids.focus, false, 'select');
        return booth.step(now, { kind: 'touched', action: action ?? '' })[0];
      }
      const { focus } = keyMeaning(scene, now.aids.focus, false, 'down');
      now = booth.step(now, { kind: 'keyPressed', focus })[0];
    }
    throw new Error(`${wanted} is not within reach`);
  };
  const begin = (state: BoothState): BoothState => ({
    ...withKeys(state),
    media: { fixed: 'inStep', removable: 'inStep' },
    polls: 'open',
  });

  test('a voter marks a card, changes the letters, looks it over and votes', () => {
    const path = [
      'card:t-2',
      'all:t-2',
      'settings:open',
      'text:largest',
      'settings:close',
      'card:close',
      'vote',
    ];
    const review = path.reduce(choose, begin(stateWith(ballotStage(small), 'es')));
    expect(review.stage).toMatchObject({ marks: [[1], [2, 3]], view: { kind: 'review' } });
    expect(review.aids.settings.text).toBe('largest');
    expect(choose(review, 'review:confirm').stage.name).toBe('preparing');
  });

  test('an officer types a PIN', () => {
    const check = { purpose: 'menu', step: 'enterPin', pin: '', refusal: null } as const;
    const digits = Array.from({ length: PIN_MIN_DIGITS }, (_, index) => `pin:${(index * 3) % 10}`);
    const state = [...digits, 'pin:enter'].reduce(
      choose,
      begin(stateWith({ name: 'officer', check }, 'es')),
    );
    expect(state.stage).toMatchObject({ name: 'officer', check: { step: 'checking' } });
  });
});
