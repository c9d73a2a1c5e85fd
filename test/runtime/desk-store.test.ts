/** The desk file on two emulated media, by itself: which writing wins after losses and cuts. */
import { describe, expect, test } from 'vitest';
import { MEDIUM_PACES, makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { admit, type DeskContent, markVoted, recordOutcome } from '#firmware/desk/desk-content.ts';
import { type DeskFile, decodeDeskFile } from '#firmware/desk/desk-file.ts';
import { type DeskStore, openDeskStore } from '#firmware/runtime/desk-store.ts';
import { openBytes } from '#firmware/vault/aead.ts';
import { wait } from '#hal/clock.ts';
import type { MediumName } from '#hal/storage.ts';
import { RULES } from '../desk/rig.ts';

const KEY = makeSeededEntropy('desk store', 'key').bytes(32);
const CONTEXT = 'test election';
/** Enough for a file of more than one sector. */
const REGISTERED = 900;

const makeMedia = () => {
  const clock = makeVirtualClock(0);
  const make = (name: MediumName) =>
    makeEmulatedMedium({ name, clock, pace: MEDIUM_PACES.embeddedFlash });
  const fixed = make('fixed');
  const removable = make('removable');
  const faults: string[] = [];
  const notSynced: MediumName[] = [];
  let boots = 0;
  const open = async (registered = REGISTERED) => {
    boots++;
    return openDeskStore({
      media: { fixed: fixed.connect(), removable: removable.connect() },
      key: KEY,
      context: CONTEXT,
      registered,
      entropy: makeSeededEntropy('desk store', `boot ${boots}`),
      onInStep: () => undefined,
      onFault: (code) => faults.push(code),
      onNotSynced: (medium) => notSynced.push(medium),
      guard: (work) => void work,
    });
  };
  const opened = async (): Promise<DeskStore> => {
    const store = await open();
    if (!store.ok) throw new Error(store.error);
    return store.value;
  };
  /** The whole files on a medium, as only the key's holder sees them. */
  const files = (medium: typeof fixed): readonly DeskFile[] =>
    [...medium.files().values()].flatMap((bytes) => {
      const associated = new TextEncoder().encode(`urna desk file 1\0${CONTEXT}`);
      const plain = openBytes(KEY, bytes, associated);
      const file = plain === null ? null : decodeDeskFile(plain);
      return file?.ok === true ? [file.value] : [];
    });
  const generation = (medium: typeof fixed): number =>
    Math.max(...files(medium).map((file) => file.generation));
  const settle = () => wait(clock, 500);
  return { clock, fixed, removable, open, opened, generation, faults, notSynced, settle };
};

const admitted = (content: DeskContent, voter: number): DeskContent =>
  admit(recordOutcome(content, voter, 'match', RULES), { voter, companion: null }, null);
const votedBy = (content: DeskContent, voter: number): DeskContent =>
  markVoted(admitted(content, voter));

describe('the desk file on two media', () => {
  test('a medium that is pulled leaves the generation at once', async () => {
    const media = makeMedia();
    await media.clock.run(
      (async () => {
        const store = await media.opened();
        await store.save(votedBy(store.content(), 1));
        const before = media.generation(media.fixed);
        media.removable.pull();
        await media.settle();
        expect(store.inStep()).toEqual(['fixed']);
        expect(media.generation(media.fixed)).toBe(before + 1);
        media.removable.putBack();
        await media.settle();
        expect(store.inStep()).toEqual(['fixed', 'removable']);
        expect(media.generation(media.removable)).toBe(before + 1);
      })(),
    );
  });

  test('what only a lost medium had heard of does not come back with it', async () => {
    const media = makeMedia();
    await media.clock.run(
      (async () => {
        const first = await media.opened();
        let fixedHasIt = false;
        const content = admitted(first.content(), 2);
        void first.save(content);
        while (!fixedHasIt) {
          await wait(media.clock, 0.5);
          fixedHasIt = media.fixed.counters().syncs > 2;
        }
        media.fixed.cutPower((options) => options - 1);
        media.removable.cutPower(() => 0);
        media.fixed.pull();
        const alone = await media.opened();
        expect(alone.content().admission).toBeNull();
        media.fixed.putBack();
        await media.settle();
        expect(alone.inStep()).toEqual(['fixed', 'removable']);
        alone.stop();
        const again = await media.opened();
        expect(again.content().admission).toBeNull();
        expect(media.faults).toEqual([]);
      })(),
    );
  });

  test('with one medium left, a cut at any moment leaves the old file or the new one', async () => {
    for (let delay = 0; delay <= 12; delay++) {
      for (const left of [0, 1, 2, 3]) {
        const media = makeMedia();
        await media.clock.run(
          (async () => {
            const first = await media.opened();
            await first.save(admitted(first.content(), 3));
            media.removable.pull();
            await media.settle();
            const content = markVoted(first.content());
            void first.save(content);
            await wait(media.clock, delay);
            media.fixed.cutPower((options) => left % options, true);
            const after = await media.opened();
            const { admission } = after.content();
            const marked = (after.content().voters[3]! & 0b1_0000) !== 0;
            expect(marked).toBe(admission === null);
          })(),
        );
      }
    }
  });

  test('nothing is begun on one medium alone, nor for another number of voters', async () => {
    const media = makeMedia();
    await media.clock.run(
      (async () => {
        media.removable.pull();
        expect(await media.open()).toEqual({ ok: false, error: 'noMedium' });
        media.removable.putBack();
        const store = await media.opened();
        store.stop();
        expect(await media.open(REGISTERED + 1)).toEqual({ ok: false, error: 'fileTampered' });
      })(),
    );
  });

  test('a module with a newer file than ours is named and left alone', async () => {
    const media = makeMedia();
    await media.clock.run(
      (async () => {
        const store = await media.opened();
        await store.save(votedBy(store.content(), 1));
        media.removable.pull();
        await media.settle();
        store.stop();
        const ours = new Map(media.fixed.files());
        media.fixed.pull();
        media.removable.putBack();
        // The module went on elsewhere, several times alone.
        for (let boot = 0; boot < 3; boot++) (await media.opened()).stop();
        const theirs = media.generation(media.removable);
        media.removable.pull();
        media.fixed.putBack();
        media.fixed.load(ours);
        const here = await media.opened();
        media.removable.putBack();
        await media.settle();
        expect(here.inStep()).toEqual(['fixed']);
        expect(media.faults).toContain('desk.newerFile');
        expect(media.generation(media.removable)).toBe(theirs);
      })(),
    );
  });

  test('a full medium is named and the other one carries on', async () => {
    const media = makeMedia();
    await media.clock.run(
      (async () => {
        const store = await media.opened();
        media.removable.behave({ kind: 'full' });
        expect(await store.save(votedBy(store.content(), 1))).toEqual(['fixed']);
        expect(media.faults).toEqual(['medium.full']);
      })(),
    );
  });

  test('after an fsync error nothing is written any more', async () => {
    const media = makeMedia();
    await media.clock.run(
      (async () => {
        const store = await media.opened();
        media.removable.behave({ kind: 'notSynced' });
        expect(await store.save(votedBy(store.content(), 1))).toEqual([]);
        expect(media.notSynced).toEqual(['removable']);
        media.removable.behave(null);
        const { writes } = media.fixed.counters();
        expect(await store.save(votedBy(store.content(), 2))).toEqual([]);
        expect(media.fixed.counters().writes).toBe(writes);
      })(),
    );
  });
});
