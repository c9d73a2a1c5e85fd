/** The alarm as an officer meets it: what lights the lamp, what sounds the buzzer, what ends them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALARM,
  type AlarmEvent,
  type AlarmState,
  SOUND_MS,
  type Source,
} from '#firmware/alarm/alarm.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';

const logged = (entry: LogEvent, source: Source = 'supervisor'): AlarmEvent => ({
  kind: 'logged',
  entry,
  source,
});
const lost = (medium: 'fixed' | 'removable', source: Source): AlarmEvent =>
  logged({ id: 'mediumLost', fields: { medium } }, source);
const returned = (medium: 'fixed' | 'removable', source: Source): AlarmEvent =>
  logged({ id: 'mediumReturned', fields: { medium } }, source);
const KEY_ON = logged({ id: 'keyTurned', fields: { on: true } });
const KEY_OFF = logged({ id: 'keyTurned', fields: { on: false } });
const COVER_OPENED = logged({ id: 'coverOpened', fields: {} });
const COVER_CLOSED = logged({ id: 'coverClosed', fields: {} });
const SUSPENDED = logged({ id: 'pollsSuspended', fields: { reason: 'mediumOutOfStep' } }, 'booth');
const RESUMED = logged({ id: 'pollsResumed', fields: {} }, 'booth');
const ticked = (elapsedMs: number): AlarmEvent => ({ kind: 'ticked', elapsedMs });

const run = (...events: readonly AlarmEvent[]): AlarmState =>
  events.reduce((state, event) => ALARM.step(state, event)[0], ALARM.initial);
const shown = (state: AlarmState) => ({ lamp: state.causes.length > 0, buzzer: state.sounding });

const QUIET = { lamp: false, buzzer: false };
const LIT = { lamp: true, buzzer: false };
const LOUD = { lamp: true, buzzer: true };

describe('the alarm', () => {
  test('is quiet while nothing is wrong', () => {
    const fine = logged({ id: 'powerChanged', fields: { level: 'battery', percent: 80 } });
    expect(shown(run(fine, COVER_CLOSED, KEY_ON, ticked(1_000)))).toEqual(QUIET);
  });

  test.each<readonly [string, AlarmEvent]>([
    ['a module is pulled', lost('removable', 'booth')],
    ['a medium is full', logged({ id: 'mediumFull', fields: { medium: 'fixed' } }, 'booth')],
    ['voting is suspended', SUSPENDED],
    ['the cover is opened', COVER_OPENED],
    ['the seal is broken', logged({ id: 'tamperOpened', fields: {} })],
    ['a part is missing', logged({ id: 'inventoryMissing', fields: { part: 'reader' } })],
    ['a part is too much', logged({ id: 'inventoryExtra', fields: { part: 'usb_9-9' } })],
    [
      'the battery is nearly empty',
      logged({ id: 'powerChanged', fields: { level: 'critical', percent: 4 } }),
    ],
    ['the unit is in safe mode', logged({ id: 'safeModeEntered', fields: { reason: 'x' } })],
    ['a machine parks', logged({ id: 'machineParked', fields: { reason: 'x' } }, 'desk')],
  ])('calls when %s', (_, event) => {
    expect(shown(run(event))).toEqual(LOUD);
  });

  test('is silenced by the key switch, the lamp stays until the cause is gone', () => {
    expect(shown(run(COVER_OPENED, KEY_ON))).toEqual(LIT);
    expect(shown(run(COVER_OPENED, KEY_ON, KEY_OFF))).toEqual(LIT);
    expect(shown(run(COVER_OPENED, KEY_ON, COVER_CLOSED))).toEqual(QUIET);
  });

  test('turning the key off silences nothing', () => {
    expect(shown(run(COVER_OPENED, KEY_OFF))).toEqual(LOUD);
  });

  test('sounds again for something new, not for the same again', () => {
    expect(shown(run(COVER_OPENED, KEY_ON, COVER_OPENED))).toEqual(LIT);
    expect(shown(run(COVER_OPENED, KEY_ON, lost('removable', 'booth')))).toEqual(LOUD);
  });

  test('falls silent by itself after a while, and stays lit', () => {
    expect(shown(run(COVER_OPENED, ticked(SOUND_MS - 1)))).toEqual(LOUD);
    expect(shown(run(COVER_OPENED, ticked(SOUND_MS - 1), ticked(1)))).toEqual(LIT);
  });

  test('a module that desk and booth both miss is back when both have it', () => {
    const missed = [lost('removable', 'booth'), lost('removable', 'desk')];
    expect(shown(run(...missed, returned('removable', 'desk')))).toEqual(LOUD);
    expect(
      shown(run(...missed, returned('removable', 'desk'), returned('removable', 'booth'))),
    ).toEqual(QUIET);
  });

  test('a module that is back calls until voting goes on', () => {
    const pulled = [lost('removable', 'booth'), SUSPENDED, KEY_ON, returned('removable', 'booth')];
    expect(shown(run(...pulled))).toEqual(LIT);
    expect(shown(run(...pulled, RESUMED))).toEqual(QUIET);
  });

  test('what a process missed is forgotten when a fresh one is there: it says anew what is missing', () => {
    const fresh = logged({ id: 'processStarted', fields: { process: 'booth' } });
    expect(shown(run(lost('fixed', 'booth'), fresh))).toEqual(QUIET);
    expect(shown(run(lost('fixed', 'booth'), COVER_OPENED, fresh))).toEqual(LOUD);
  });
});

test('whatever happens, lamp and buzzer are as the effects left them, and the state is sound', () => {
  const event: fc.Arbitrary<AlarmEvent> = fc.oneof(
    fc.constantFrom(KEY_ON, KEY_OFF, COVER_OPENED, COVER_CLOSED, SUSPENDED, RESUMED),
    fc
      .tuple(
        fc.constantFrom('fixed' as const, 'removable' as const),
        fc.constantFrom('desk' as const, 'booth' as const),
        fc.constantFrom(lost, returned),
      )
      .map(([medium, source, make]) => make(medium, source)),
    fc.integer({ min: -5, max: SOUND_MS * 2 }).map(ticked),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let state = ALARM.initial;
      const panel = { lamp: false, buzzer: false };
      for (const each of events) {
        const [next, effects] = ALARM.step(state, each);
        state = next;
        for (const effect of effects) {
          if (effect.kind === 'setLamp') panel.lamp = effect.on;
          if (effect.kind === 'setBuzzer') panel.buzzer = effect.on;
        }
        expect(ALARM.invariant(state)).toBeNull();
        expect(panel).toEqual(shown(state));
      }
    }),
    { seed: 20_201_206, numRuns: 500 },
  );
});
