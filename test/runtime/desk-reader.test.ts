/** One reader, many wishes: the row in which the desk's operations wait. */
import { expect, test } from 'vitest';
import type { DeskEvent } from '#firmware/desk/state.ts';
import { makeDeskReader } from '#firmware/runtime/desk-reader.ts';
import type { FingerOutcome, FingerprintReader, ReaderFault } from '#hal/fingerprint-reader.ts';
import { done, err, ok, type Result } from '#hal/result.ts';

const BUSY: ReaderFault = { device: 'fingerprint', kind: 'busy', detail: 'test' };

/** A reader that answers when told to, and says `busy` to a second operation, as the contract has it. */
const makeSlowReader = () => {
  const calls: string[] = [];
  let answer: (() => void) | null = null;
  const operate = <T>(name: string, value: T): Promise<Result<T, ReaderFault>> => {
    calls.push(name);
    if (answer !== null) return Promise.resolve(err(BUSY));
    return new Promise((resolve) => {
      answer = () => {
        answer = null;
        resolve(ok(value));
      };
    });
  };
  const match: FingerOutcome = { kind: 'match', score: 99 };
  const reader: FingerprintReader = {
    start: () => Promise.resolve(ok({ family: 'ZFM', templateBytes: 512, capacity: 10 })),
    loadTemplate: () => operate('load', undefined),
    verifyFinger: () => operate('verify', match),
    enrol: () => Promise.resolve(ok(null)),
    cancel: () => {
      calls.push('cancel');
      answer?.();
    },
    light: (signal) => {
      calls.push(`light ${signal}`);
      return Promise.resolve(done);
    },
  };
  return { reader, calls, answer: () => answer?.() };
};

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test('operations never overlap: the second waits for the first', async () => {
  const slow = makeSlowReader();
  const events: DeskEvent[] = [];
  const reader = makeDeskReader(
    slow.reader,
    (event) => events.push(event),
    String,
    (work) => void work,
  );
  reader.loadPrint(1, new Uint8Array(512));
  reader.verifyFinger(2, 1_000);
  await turns();
  expect(slow.calls).toEqual(['load']);
  slow.answer();
  await turns();
  expect(slow.calls).toEqual(['load', 'verify']);
  slow.answer();
  await turns();
  expect(events.map(({ kind }) => kind)).toEqual(['printLoaded', 'fingerRead']);
});

test('a wait that is cancelled before it began never begins, and the next one does', async () => {
  const slow = makeSlowReader();
  const events: DeskEvent[] = [];
  const reader = makeDeskReader(
    slow.reader,
    (event) => events.push(event),
    String,
    (work) => void work,
  );
  reader.loadPrint(1, new Uint8Array(512));
  reader.verifyFinger(2, 1_000);
  await turns();
  reader.cancel();
  reader.loadPrint(3, new Uint8Array(512));
  await turns();
  expect(slow.calls).toEqual(['load', 'cancel', 'load']);
  slow.answer();
  await turns();
  expect(events.at(-1)).toEqual({ kind: 'printLoaded', operation: 3 });
});

test('only the newest light is shown, and the same one not twice', async () => {
  const slow = makeSlowReader();
  const reader = makeDeskReader(
    slow.reader,
    () => undefined,
    String,
    (work) => void work,
  );
  reader.light('ready');
  await turns();
  reader.light('working');
  reader.light('placeFinger');
  reader.light('placeFinger');
  await turns();
  expect(slow.calls).toEqual(['light ready', 'light placeFinger']);
});

test('the light shows guidance while a finger is awaited', async () => {
  const slow = makeSlowReader();
  const reader = makeDeskReader(
    slow.reader,
    () => undefined,
    String,
    (work) => void work,
  );
  reader.verifyFinger(1, 1_000);
  await turns();
  reader.light('placeFinger');
  reader.light('tryAgain');
  reader.light('tryAgain');
  await turns();
  expect(slow.calls).toEqual(['verify', 'light tryAgain']);
});
