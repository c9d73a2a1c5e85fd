/**
 * The voter's devices in real time: touchscreen, keypad and headphones behind local sockets, as they
 * stand in a rack of emulated devices, and held to the same contracts as on links in memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeHeadphonesEmulator } from '#drivers/audio/emulator.ts';
import { openAudio } from '#drivers/audio/open-audio.ts';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { makeTactileKeypad } from '#drivers/keypad/driver.ts';
import { makeTactileKeypadEmulator, TACTILE_KEYPAD_DESCRIPTOR } from '#drivers/keypad/emulator.ts';
import { whenPresent } from '#drivers/links/reopening.ts';
import { openSocketReportLink } from '#drivers/links/socket-report-link.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { makeTouchscreen } from '#drivers/touchscreen/driver.ts';
import { DIGITIZER_DESCRIPTOR, makeTouchscreenEmulator } from '#drivers/touchscreen/emulator.ts';
import { openByteSocket } from '#scripts/devices/byte-socket.ts';
import { openReportSocket } from '#scripts/devices/report-socket.ts';
import { describeAudio } from '#test/contracts/audio.ts';
import { describeTactileKeypad } from '#test/contracts/tactile-keypad.ts';
import { describeTouchscreen } from '#test/contracts/touchscreen.ts';

const PRESENT_LIMIT_MS = 5_000;
/** Chatter is told by time: a busy machine's pause between two polls would stretch it. */
const AS_THEY_COME_MS = 0;
const clock = systemClock;
const run = <T>(scene: Promise<T>): Promise<T> => scene;
const noise = makeSeededEntropy(1, 'voter devices in real time');

const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-voter-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

describeTouchscreen('a touchscreen behind a local socket', async () => {
  const { folder, remove } = makeFolder();
  const path = join(folder, 'glass.sock');
  const socket = await openReportSocket(path, DIGITIZER_DESCRIPTOR, clock);
  const device = makeTouchscreenEmulator(socket.device, clock, {
    panel: DEFAULT_PANEL,
    entropy: noise,
    cable: socket,
  });
  const reports = openSocketReportLink(path, clock);
  await whenPresent(reports, clock, PRESENT_LIMIT_MS);
  const { display } = device;
  const screen = makeTouchscreen({ reports, display, panel: DEFAULT_PANEL, clock });
  const close = (): void => {
    reports.close();
    socket.close();
    remove();
  };
  return { clock, screen, device, run, close };
});

describeTactileKeypad('a tactile keypad behind a local socket', async () => {
  const { folder, remove } = makeFolder();
  const path = join(folder, 'keypad.sock');
  const socket = await openReportSocket(path, TACTILE_KEYPAD_DESCRIPTOR, clock, AS_THEY_COME_MS);
  const device = makeTactileKeypadEmulator(socket.device, clock, { entropy: noise, cable: socket });
  const reports = openSocketReportLink(path, clock);
  await whenPresent(reports, clock, PRESENT_LIMIT_MS);
  const keypad = makeTactileKeypad({ reports, clock });
  const close = (): void => {
    reports.close();
    socket.close();
    remove();
  };
  return { clock, keypad, device, run, close };
});

describeAudio('speech behind a local socket', async () => {
  const { folder, remove } = makeFolder();
  const path = join(folder, 'voice.sock');
  const socket = await openByteSocket({ path });
  const device = makeHeadphonesEmulator(socket.link, clock, { cable: socket });
  const voice = await openAudio({ kind: 'socket', path }, clock);
  if (voice.link !== null) await whenPresent(voice.link, clock, PRESENT_LIMIT_MS);
  const close = (): void => {
    voice.close();
    socket.close();
    remove();
  };
  return { clock, audio: voice.audio, device, run, close };
});
