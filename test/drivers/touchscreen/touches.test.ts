/** The recogniser of touches, frame by frame. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BOUNCE_MS,
  type GlassContact,
  type GlassOutput,
  type GlassState,
  initialGlass,
  STUCK_MS,
  stepGlass,
} from '#drivers/touchscreen/touches.ts';

const at = (id: number, x: number, y: number, more: Partial<GlassContact> = {}): GlassContact => ({
  id,
  down: true,
  x,
  y,
  palm: false,
  ...more,
});
const up = (id: number, x = 0, y = 0): GlassContact => at(id, x, y, { down: false });

type Frame = readonly GlassContact[] | null;

/** What a row of frames, 10 ms apart, leads to. */
const play = (frames: readonly Frame[], startMs = 0): readonly GlassOutput[] => {
  let state: GlassState = initialGlass;
  return frames.flatMap((contacts, index) => {
    const [next, outputs] = stepGlass(state, {
      contacts,
      whole: true,
      nowMs: startMs + 10 * index,
      panelMs: 10 * index,
      sceneNumber: index + 1,
    });
    state = next;
    return outputs;
  });
};

/** `heldMs`: two frames, 10 ms apart, unless a test says more. */
const touch = (x: number, y: number, sceneNumber: number, heldMs = 10): GlassOutput => ({
  kind: 'touch',
  x,
  y,
  sceneNumber,
  heldMs,
});

describe('a touch', () => {
  test('is where the finger came down, whatever place its lift is reported at', () => {
    expect(play([[at(0, 50, 50)], [at(0, 51, 50)], [up(0)]])).toEqual([touch(50, 50, 1, 20)]);
  });

  test('ends also when a frame does not name the finger any more', () => {
    expect(play([[at(0, 50, 50)], []])).toEqual([touch(50, 50, 1)]);
  });

  test('needs an empty glass: not while another finger rests', () => {
    const frames = [
      [at(0, 10, 10)],
      [at(0, 10, 10), at(1, 90, 90)],
      [up(0), at(1, 90, 90)],
      [at(1, 90, 90), at(2, 50, 50)],
      [at(1, 90, 90), up(2)],
      [up(1)],
      [at(0, 20, 20)],
      [up(0)],
    ];
    expect(play(frames)).toEqual([touch(10, 10, 1, 20), touch(20, 20, 7)]);
  });

  test('is nothing when two fingers come down at once', () => {
    expect(play([[at(0, 10, 10), at(1, 12, 30)], [up(0), at(1, 12, 30)], [up(1)]])).toEqual([]);
  });

  test('is nothing when the finger turns into a palm', () => {
    expect(play([[at(0, 10, 10)], [at(0, 10, 10, { palm: true })], [up(0)]])).toEqual([]);
  });

  test('is nothing for a contact that stays, which is told once and then not in the way', () => {
    const stuckFrames: Frame[] = [[at(3, 10, 10)]];
    for (let ms = 0; ms < STUCK_MS; ms += 10) stuckFrames.push([at(3, 10, 10)]);
    const after = [[at(3, 10, 10), at(0, 70, 70)], [at(3, 10, 10), up(0)], [up(3)]];
    const outputs = play([...stuckFrames, ...after]);
    expect(outputs).toEqual([{ kind: 'stuck', contact: 3 }, touch(70, 70, stuckFrames.length + 1)]);
  });

  test('of a panel that speaks of one contact at a time ends when that contact lifts', () => {
    const rows: readonly (readonly [GlassContact, number])[] = [
      [at(0, 10, 10), 0],
      [at(1, 60, 60), 10],
      [at(0, 10, 10), 20],
      [up(1), 30],
      [up(0), 40],
    ];
    let state: GlassState = initialGlass;
    const outputs = rows.map(([contact, nowMs]) => {
      const input = { contacts: [contact], whole: false, nowMs, panelMs: nowMs, sceneNumber: 1 };
      const [next, told] = stepGlass(state, input);
      state = next;
      return told;
    });
    expect(outputs).toEqual([[], [], [], [], [touch(10, 10, 1, 40)]]);
    expect(state.down.size).toBe(0);
  });

  test('counts once when the finger is lost for a moment, by the time of the panel', () => {
    const step = (state: GlassState, contacts: Frame, panelMs: number) =>
      stepGlass(state, { contacts, whole: true, nowMs: 1_000, panelMs, sceneNumber: 1 });
    const tap = (gapMs: number): readonly GlassOutput[] => {
      const [down] = step(initialGlass, [at(0, 10, 10)], 0);
      const [lost, first] = step(down, [up(0)], 80);
      const [found] = step(lost, [at(0, 11, 10)], 80 + gapMs);
      const [lifted, second] = step(found, [up(0)], 160 + gapMs);
      const [again] = step(lifted, [at(0, 10, 10)], 170 + gapMs);
      const [, third] = step(again, [up(0)], 180 + gapMs);
      return [...first, ...second, ...third];
    };
    // However long the frames waited for this machine: it sees all of them at one moment.
    expect(tap(BOUNCE_MS - 1)).toEqual([touch(10, 10, 1, 80)]);
    expect(tap(BOUNCE_MS)).toEqual([touch(10, 10, 1, 80), touch(11, 10, 1, 80)]);
  });

  test('comes from a finger that was down, stayed there and lifted; never more touches than lifts', () => {
    const contacts = fc.record({
      id: fc.integer({ min: 0, max: 3 }),
      down: fc.boolean(),
      x: fc.integer({ min: 0, max: 30 }),
      y: fc.integer({ min: 0, max: 3 }),
      palm: fc.boolean(),
    });
    const frame = fc.uniqueArray(contacts, { maxLength: 4, selector: ({ id }) => id });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), (frames) => {
        const touches = play(frames).filter((output) => output.kind === 'touch');
        for (const { x, y, sceneNumber } of touches) {
          const began = frames[sceneNumber - 1]?.filter(({ down }) => down);
          expect(began).toHaveLength(1);
          expect(began?.[0]).toMatchObject({ x, y, palm: false });
        }
        const scenes = touches.map(({ sceneNumber }) => sceneNumber);
        expect(new Set(scenes).size).toBe(scenes.length);
      }),
      { seed: 20201206, numRuns: 1_000 },
    );
  });
});
