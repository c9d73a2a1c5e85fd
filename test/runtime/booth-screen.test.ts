/** Screen, keypad and voice at work: on stand-ins for the devices, at their contracts. */
import { describe, expect, test } from 'vitest';
import { makeBooth } from '#firmware/booth/booth.ts';
import type { BoothEvent, BoothState } from '#firmware/booth/state.ts';
import { makeBoothScreen } from '#firmware/runtime/booth-screen.ts';
import { READING_MS } from '#firmware/screen/reading-time.ts';
import type { Audio, Voice } from '#hal/audio.ts';
import { ok } from '#hal/result.ts';
import type { Scene } from '#hal/scene.ts';
import type { TactileKey } from '#hal/tactile-keypad.ts';
import type { Touch } from '#hal/touchscreen.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { ballotStage, stateWith } from '#test/screen/booth-states.ts';

const small = loadOwnDefinition(SMALL_PATH);
const PANEL = { widthPx: 1280, heightPx: 800, widthMm: 217, heightMm: 136 };

/** A booth whose devices are at hand: what was shown and said, and a finger and keys. */
const makeRig = (begin: BoothState) => {
  const booth = makeBooth(small);
  const scenes: Scene[] = [];
  const said: { readonly texts: readonly string[]; readonly voice: Voice }[] = [];
  const events: BoothEvent[] = [];
  let silences = 0;
  let state = begin;
  let touch = (_touch: Touch): void => {};
  let key = (_key: TactileKey): void => {};
  let nowMs = 0;
  const never = () => () => {};
  const audio: Audio = {
    speak: (texts, voice) => {
      said.push({ texts: texts.map(({ text }) => text), voice });
      return Promise.resolve(ok('finished'));
    },
    silence: () => {
      silences += 1;
    },
    check: () => Promise.resolve(ok(undefined)),
  };
  const post = (event: BoothEvent): void => {
    events.push(event);
    state = booth.step(state, event)[0];
    screen.show(state);
  };
  const screen = makeBoothScreen(
    {
      clock: { nowMs: () => nowMs },
      touchscreen: {
        panel: () => PANEL,
        show: (scene) => scenes.push(scene),
        onTouch: (listener) => {
          touch = listener;
          return () => {
            touch = () => {};
          };
        },
        onFault: never,
        check: () => Promise.resolve(ok(undefined)),
        beep: () => {},
      },
      keypad: {
        onKey: (listener) => {
          key = listener;
          return () => {
            key = () => {};
          };
        },
        onFault: never,
        check: () => Promise.resolve(ok(undefined)),
      },
      audio,
    },
    small,
    post,
    () => {},
    () => ({ name: 'held' }),
  );
  screen.show(state);
  const finger = (target: string, sceneNumber = scenes.length, heldMs = 0): void => {
    const box = scenes.at(-1)?.nodes.find((node) => node.target === target)?.box;
    if (box === undefined) throw new Error(`${target} is not shown`);
    touch({ x: box.x + 1, y: box.y + 1, sceneNumber, heldMs });
  };
  return {
    post,
    finger,
    waits: (ms: number) => {
      nowMs += ms;
    },
    press: (each: TactileKey) => key(each),
    state: () => state,
    screen,
    scenes,
    said,
    events,
    silences: () => silences,
  };
};

const atBallot = () => makeRig(stateWith(ballotStage(small), 'es'));

describe('a finger', () => {
  test('that came down on an earlier scene touched nothing', () => {
    const rig = atBallot();
    rig.finger('card:t-1');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'card', cardId: 't-1' } });
    rig.finger('card:close', 1);
    expect(rig.state().stage).toMatchObject({ view: { kind: 'card' } });
    rig.finger('card:close');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'cards' } });
    expect(rig.said).toEqual([]);
  });

  test('that touched twice has not folded a paper away, which takes hands a while', () => {
    const rig = makeRig(stateWith({ name: 'foldPartial', attempt: null, left: false }, 'es'));
    rig.waits(READING_MS - 1);
    rig.finger('paper:folded');
    expect(rig.state().stage.name).toBe('foldPartial');
    rig.waits(1);
    rig.finger('paper:folded');
    expect(rig.state().stage.name).toBe('startingPrint');
  });

  test('that taps VOTAR twice has not confirmed what the review shows', () => {
    const rig = atBallot();
    rig.finger('vote');
    const box = (target: string) => rig.scenes.at(-1)?.nodes.find((n) => n.target === target)?.box;
    expect(rig.state().stage).toMatchObject({ view: { kind: 'review' } });
    expect(box('review:confirm')).toBeDefined();
    rig.waits(READING_MS - 1);
    rig.finger('review:confirm');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'review' } });
    // What can be taken back is answered at once, and begins the time of the rest not anew.
    rig.finger('language:en');
    rig.waits(1);
    rig.finger('review:confirm');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'blank' } });
    rig.finger('blank:select');
    rig.finger('vote');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'review' } });
    rig.finger('review:change');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'cards' } });
    rig.finger('vote');
    rig.waits(READING_MS);
    rig.finger('review:confirm');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'blank' } });
    // The message has a VOTAR of its own, at the same place.
    rig.finger('blank:null');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'blank' } });
    rig.waits(READING_MS);
    rig.finger('blank:null');
    expect(rig.state().stage.name).toBe('preparing');
  });

  test('confirms only if it came down, not merely lifted, when there was time to read', () => {
    const rig = atBallot();
    rig.finger('vote');
    rig.waits(READING_MS + 200);
    rig.finger('review:confirm', rig.scenes.length, 201);
    expect(rig.state().stage).toMatchObject({ view: { kind: 'review' } });
    rig.finger('review:confirm', rig.scenes.length, 200);
    expect(rig.state().stage).toMatchObject({ view: { kind: 'blank' } });
  });

  test('that marks one option after the other is never too quick', () => {
    const rig = atBallot();
    rig.finger('card:t-1');
    const option = rig.scenes.at(-1)?.nodes.find((n) => n.target?.startsWith('option:'))?.target;
    for (let tap = 0; tap < 3; tap++) rig.finger(option ?? '');
    expect(rig.events.filter(({ kind }) => kind === 'touched').length).toBe(4);
  });

  test('on a dark screen makes light and does nothing else', () => {
    const rig = atBallot();
    rig.finger('settings:open');
    rig.finger('screen:off');
    expect(rig.scenes.at(-1)?.name).toBe('dark');
    expect(JSON.stringify(rig.scenes.at(-1))).not.toContain('card:');
    rig.finger('screen:on');
    expect(rig.scenes.at(-1)?.name).toBe('ballot');
  });
});

describe('the keypad', () => {
  test('the first key turns the voice on and selects nothing; the next ones move and select', () => {
    const rig = atBallot();
    rig.press('select');
    expect(rig.events).toEqual([{ kind: 'keyPressed', focus: null }]);
    expect(rig.said.at(-1)?.texts[0]).toBe('Voz encendida.');
    rig.press('down');
    expect(rig.scenes.at(-1)?.focus).toBe('card:t-2');
    rig.press('select');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'card', cardId: 't-2' } });
  });

  test('works under a dark screen, where all is said and nothing shown', () => {
    const rig = atBallot();
    rig.press('screen');
    expect(rig.scenes.at(-1)?.name).toBe('dark');
    const shown = rig.scenes.length;
    rig.press('down');
    expect(rig.said.at(-1)?.texts).toEqual([expect.stringContaining('tarjeta 2 de 4')]);
    rig.press('select');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'card', cardId: 't-2' } });
    expect(rig.scenes.length).toBe(shown);
    rig.press('screen');
    expect(rig.scenes.at(-1)?.name).toBe('ballot');
  });

  test('confirms no sooner than a finger', () => {
    const rig = atBallot();
    rig.press('down');
    rig.finger('vote');
    const toConfirm = () => {
      for (let keys = 0; rig.scenes.at(-1)?.focus !== 'review:confirm'; keys++) {
        if (keys > 9) throw new Error('the keypad does not get there');
        rig.press('down');
      }
    };
    toConfirm();
    rig.press('select');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'review' } });
    rig.waits(READING_MS);
    rig.press('select');
    expect(rig.state().stage).toMatchObject({ view: { kind: 'blank' } });
  });

  test('is loud and fast as the voter likes it', () => {
    const rig = atBallot();
    rig.press('louder');
    expect(rig.said.at(-1)?.voice).toEqual({ volume: 70, ratePercent: 100 });
    rig.press('faster');
    expect(rig.said.at(-1)).toEqual({
      texts: ['Velocidad 125 por ciento'],
      voice: { volume: 70, ratePercent: 125 },
    });
  });

  test('tells no refusal of itself: where it means nothing it changes nothing', () => {
    const rig = makeRig(stateWith({ name: 'waiting' }, 'es'));
    for (const each of ['screen', 'down', 'select', 'left', 'screen'] as const) rig.press(each);
    expect(rig.events.every(({ kind }) => kind === 'keyPressed')).toBe(true);
    expect(rig.state().aids.settings.dark).toBe(false);
  });
});

describe('the voice', () => {
  test('falls silent with the voter, and when the booth stops', () => {
    const rig = atBallot();
    rig.press('down');
    rig.post({ kind: 'mediumLost', medium: 'removable' });
    rig.post({
      kind: 'vaultDone',
      call: 'discard',
      view: {
        phase: 'IDLE',
        print: 'NONE',
        epoch: 0,
        reprints: 0,
        spoils: 0,
        inStep: ['fixed'],
        polls: 'open',
      },
    });
    expect(rig.silences()).toBe(1);
    rig.screen.stop();
    expect(rig.silences()).toBe(2);
    const before = rig.said.length;
    rig.press('down');
    expect(rig.said.length).toBe(before);
  });
});
