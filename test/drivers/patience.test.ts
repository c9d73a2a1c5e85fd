/** A process that stood still does not take a device that answered for one that is silent. */
import { expect, test } from 'vitest';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { afterSilence } from '#drivers/patience.ts';
import { makePowerBoard } from '#drivers/power/driver.ts';
import { makePowerBoardEmulator } from '#drivers/power/emulator.ts';
import { SILENCE_LIMIT_MS } from '#drivers/power/firmata-board.ts';
import { makeStatusChannel, REPLY_LIMIT_MS } from '#drivers/printer/status-channel.ts';
import { LATE, makeTurns } from '#drivers/storage/turns.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';
import { makeStallingProcess, makeStandstill, settled } from './stalling-process.ts';

const LIMIT_MS = 300;

const count = () => {
  const { clock, wakeAt } = makeStallingProcess();
  let ran = 0;
  const cancel = afterSilence(clock, LIMIT_MS, () => {
    ran += 1;
  });
  return { wakeAt, cancel, ran: () => ran };
};

test('a limit is over when it is over, and after a stall once more as long as it was late', async () => {
  const punctual = count();
  await punctual.wakeAt(LIMIT_MS);
  expect(punctual.ran()).toBe(1);
  const late = count();
  await late.wakeAt(LIMIT_MS + 100);
  expect(late.ran()).toBe(0);
  await late.wakeAt(LIMIT_MS + 200);
  expect(late.ran()).toBe(1);
});

test('however long the stall, no more than the limit is waited again', async () => {
  const slept = count();
  await slept.wakeAt(100 * LIMIT_MS);
  await slept.wakeAt(101 * LIMIT_MS);
  expect(slept.ran()).toBe(1);
});

test('what is cancelled does not run, before the limit or after a stall', async () => {
  const early = count();
  early.cancel();
  await early.wakeAt(LIMIT_MS);
  const late = count();
  await late.wakeAt(LIMIT_MS + 100);
  late.cancel();
  await late.wakeAt(LIMIT_MS + 200);
  expect([early.ran(), late.ran()]).toEqual([0, 0]);
});

/** DLE EOT 1 to 4: online, no cause, no error, paper. */
const READY_REPLIES = Uint8Array.of(0x12, 0x12, 0x12, 0x12);

test('a printer whose answer lies unread has answered', async () => {
  const { clock, link, wakeAt } = makeStallingProcess();
  const nothing = (): void => undefined;
  const channel = makeStatusChannel(link, clock, nothing, nothing);
  const answer = channel.query();
  await settled();
  await wakeAt(REPLY_LIMIT_MS + 1_000, READY_REPLIES);
  expect(await answer).toMatchObject({ ok: true, value: { offline: false } });
});

test('a file operation or a TPM command that is done, and not yet heard of, is done', async () => {
  const { clock, wakeAt } = makeStallingProcess();
  const turns = makeTurns(clock, LIMIT_MS);
  let finish = (_: string): void => undefined;
  const outcome = turns.take(
    () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
  );
  await settled();
  await wakeAt(LIMIT_MS + 500, () => finish('written'));
  expect(await outcome).toBe('written');
  expect(turns.stuck()).toBe(false);
  expect(await turns.take(() => Promise.resolve('more'))).not.toBe(LATE);
});

test('a power board that reported all the while is not lost, one that was silent is', async () => {
  for (const silent of [false, true]) {
    const clock = makeVirtualClock(0);
    const link = makeMemoryLink(clock, serialPace(57_600));
    const emulator = makePowerBoardEmulator(link.device, clock);
    const host = makeStandstill(clock, link.host);
    const board = makePowerBoard(host.link, host.clock);
    const scene = async (): Promise<void> => {
      expect((await board.start()).ok).toBe(true);
      expect((await board.stabilizers.a.read()).ok).toBe(true);
      if (silent) emulator.inject('silent');
      host.stop();
      await wait(clock, 3 * SILENCE_LIMIT_MS);
      await host.goOn();
      const read = await board.stabilizers.a.read();
      expect(read.ok || read.error.kind).toBe(silent ? 'timeout' : true);
    };
    await clock.run(scene());
    board.close();
  }
});
