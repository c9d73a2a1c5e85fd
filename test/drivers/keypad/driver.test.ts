/** The keypad's driver and emulated device on an in-memory link, under a virtual clock. */
import { expect, test } from 'vitest';
import { makeTactileKeypad } from '#drivers/keypad/driver.ts';
import { makeTactileKeypadEmulator, TACTILE_KEYPAD_DESCRIPTOR } from '#drivers/keypad/emulator.ts';
import { makeMemoryReportLink } from '#drivers/links/memory-report-link.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';
import { describeTactileKeypad } from '#test/contracts/tactile-keypad.ts';
import { hidBytes, MOUSE_E10 } from '#test/vectors/hid.ts';

const makeRig = () => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryReportLink(clock, TACTILE_KEYPAD_DESCRIPTOR);
  const entropy = makeSeededEntropy(1, 'keypad test');
  const device = makeTactileKeypadEmulator(link.device, clock, { entropy, cable: link });
  const keypad = makeTactileKeypad({ reports: link.host, clock });
  return { clock, keypad, device, run: clock.run, close: () => link.host.close() };
};

describeTactileKeypad('a tactile keypad on an in-memory link', makeRig);

test('a device that is no keypad is told by the check', async () => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryReportLink(clock, hidBytes(MOUSE_E10));
  const keypad = makeTactileKeypad({ reports: link.host, clock });
  expect(await keypad.check()).toMatchObject({
    ok: false,
    error: { kind: 'garbled', detail: 'no keypad in the report descriptor' },
  });
  link.device.report(Uint8Array.of(0, 0, 0));
  await clock.run(wait(clock, 100));
});

test('a keypad that was never there is absent', async () => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryReportLink(clock, TACTILE_KEYPAD_DESCRIPTOR);
  link.unplug();
  const keypad = makeTactileKeypad({ reports: link.host, clock });
  expect(await keypad.check()).toMatchObject({ ok: false, error: { kind: 'absent' } });
});
