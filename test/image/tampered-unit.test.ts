/**
 * Units that were tampered with above or beside what the kernel verifies: a root that somebody changed who could
 * also make its hash tree and command line anew, an older release that is signed, a delivery that was altered,
 * devices that are too many or missing. Each is started, and says itself what is wrong.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeManifest, RELEASE_PURPOSE, type ReleaseManifest } from '#boot/release/manifest.ts';
import { openRelease, releaseDigestOf } from '#boot/release/verify.ts';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { ed25519PublicKey } from '#firmware/vault/keys.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { prepare } from '#scripts/bench/prepare.ts';
import { makeDemoElection } from '#scripts/elections/demo.ts';
import { openDisk } from '#scripts/image/disk/disk.ts';
import { extentOf, IMAGE_BYTES, layoutOf } from '#scripts/image/disk/layout.ts';
import { applyWrites } from '#scripts/image/disk/write.ts';
import { type UkiName, ukiPath } from '#scripts/image/esp.ts';
import { addFile } from '#scripts/image/fat/change.ts';
import { readTree } from '#scripts/image/fat/volume.ts';
import { missingPackages } from '#scripts/image/tools.ts';
import { answerRequests, deliveryFiles } from '#scripts/qemu/delivery-stick.ts';
import { USB_DEVICES } from '#scripts/qemu/identities.ts';
import { openRedirectedDevice } from '#scripts/qemu/redirected-device.ts';
import { startSoftwareTpm } from '#scripts/qemu/software-tpm.ts';
import type { Files } from '#scripts/qemu/stick-images.ts';
import { type HidOptions, makeUsbHid } from '#scripts/qemu/usb/hid.ts';
import { makeUsbPrinter } from '#scripts/qemu/usb/printer.ts';
import { startVirtualMachine } from '#scripts/qemu/virtual-machine.ts';
import { makeVirtualSticks } from '#scripts/qemu/virtual-sticks.ts';
import { type ChangedRoots, openRoot } from './changed-root.ts';
import { hear, whyNoImage } from './image-machine.ts';
import { RELEASE_KEY, sharedImage } from './shared-image.ts';

const TOOLS = ['swtpm', 'unsquashfs', 'mdir'] as const;
const packages = missingPackages(TOOLS);
const missing = packages.length > 0 ? `apt-get install ${packages.join(' ')}` : await whyNoImage();
if (missing !== null)
  process.stderr.write(`skipped: the image can not be built here: ${missing}\n`);

const LIMIT_MS = 240_000;
const OTHER_KEY = Buffer.alloc(32, 8);
const MANIFEST = 'urna/release-manifest';
/** What a unit says last that stays out of service, or first that does not. */
const REFUSED = /Do not use this machine\./;
const NEXT_STAGE = /urna: \[3\/\d\]/;
const PANIC = /Kernel panic/;

const flip = (bytes: Uint8Array, at: number): Uint8Array => {
  const changed = Uint8Array.from(bytes);
  changed[at]! ^= 1;
  return changed;
};

describe.skipIf(missing !== null)('a unit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-tampered-'));
  const at = (name: string): string => join(folder, name);
  const closers: (() => unknown)[] = [];
  let roots: ChangedRoots;
  let manifest: ReleaseManifest;

  beforeAll(async () => {
    const { built } = await sharedImage();
    roots = await openRoot(built, folder);
    const opened = openRelease(roots.read(MANIFEST), ed25519PublicKey(RELEASE_KEY), null);
    if (!opened.ok) throw new Error(opened.error);
    manifest = opened.value;
  }, 400_000);
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const signed = (of: ReleaseManifest, key: Uint8Array): Uint8Array =>
    signFile(RELEASE_PURPOSE, of, key);
  const text = (path: string): string => roots.read(path).toString('utf8');
  const changed = (path: string, from: string, to: string): Readonly<Record<string, string>> => {
    expect(text(path)).toContain(from);
    return { [path]: text(path).replace(from, to) };
  };

  test.each([
    [
      'whose manifest has one bit changed',
      () => ({ [MANIFEST]: flip(roots.read(MANIFEST), 1_000) }),
      'the manifest is not signed with this key',
    ],
    [
      'whose release is signed with another key',
      () => ({ [MANIFEST]: signed(manifest, OTHER_KEY) }),
      'the manifest is not signed with this key',
    ],
    [
      'in whose sources one letter is changed',
      () => ({
        ...changed('urna/firmware/vault/keys.ts', 'e', 'a'),
        // The first of the firmware that would be loaded: it would say so.
        'urna/firmware/parts/parts-list.ts': `${text('urna/firmware/parts/parts-list.ts')}\nprocess.stdout.write('LOADED');\n`,
      }),
      'changed firmware/parts/parts-list.ts,changed firmware/vault/keys.ts',
    ],
    [
      'whose list of parts has one line changed',
      () => changed('urna/boot/boards/virtual-x64.parts.json', '"path": "1-9"', '"path": "1-11"'),
      'changed boot/boards/virtual-x64.parts.json',
    ],
  ])(
    '%s stops where its release is verified, and loads nothing of it',
    async (_, tamper, why) => {
      const disk = at('disk.img');
      const { commandLine } = await roots.make(tamper(), disk);
      const start = { kind: 'direct', folder: roots.direct, commandLine } as const;
      const until = [REFUSED, NEXT_STAGE, PANIC];
      const heard = await hear({ disk, work: folder, start, until, limitMs: LIMIT_MS });
      expect(heard.text).toMatch(/urna: start: root [0-9a-f]{64}/);
      expect(heard.text).toContain(
        `urna: [2/7] release: FAILED, unit.releaseRefused: ${why}\nurna: FUERA DE SERVICIO / OUT OF SERVICE: unit.releaseRefused`,
      );
      expect(heard.text).not.toMatch(NEXT_STAGE);
      expect(heard.text).not.toContain('LOADED');
    },
    LIMIT_MS + 30_000,
  );

  const unitDisk = at('unit.img');
  /** The boot partition of the unit's disk, kept as it then is. */
  const withEsp = <T>(work: (esp: Buffer) => T): T => {
    const medium = openDisk(unitDisk, IMAGE_BYTES, 'write');
    const { offset, bytes } = extentOf(
      layoutOf('x64', IMAGE_BYTES, { a: null, b: null }),
      'urna-esp',
    );
    const esp = medium.read(offset, bytes);
    const result = work(esp);
    medium.write(offset, esp);
    medium.close();
    return result;
  };
  /** A unit with a TPM that starts from `files` over its root; `onTrial`: its update, as the boot loader names it. */
  const startUnit = async (
    files: Readonly<Record<string, Uint8Array>>,
    usb: Parameters<typeof startVirtualMachine>[0]['usb'],
    onTrial: UkiName | null = null,
  ) => {
    const log = at('unit.log');
    for (const each of [log, at('monitor')]) rmSync(each, { force: true });
    const { commandLine } = await roots.make(files, unitDisk);
    // What the boot loader would have started: the unit looks for its own command line in it.
    if (onTrial !== null)
      withEsp((esp) => applyWrites(esp, addFile(esp, ukiPath(onTrial), Buffer.from(commandLine))));
    const tpm = await startSoftwareTpm(at('tpm'), at('tpm.sock'));
    closers.push(tpm.stop);
    const machine = await startVirtualMachine({
      ...{ memoryMb: 512, processors: 2, usb, tpm: tpm.path, screen: null, watchdog: true },
      boot: {
        kind: 'kernel',
        kernel: join(roots.direct, 'kernel'),
        initrd: join(roots.direct, 'initramfs'),
        append: commandLine,
      },
      disk: { id: 'fixed', file: unitDisk, serial: 'URNA-FIXED' },
      serialPorts: [
        { kind: 'file', path: at('console.log') },
        { kind: 'file', path: log },
      ],
      monitor: at('monitor'),
    });
    closers.push(machine.cutPower);
    const said = (): string =>
      existsSync(log) ? readFileSync(log, 'latin1').replaceAll('\r', '') : '';
    return {
      machine,
      said,
      hear: async (...awaited: readonly RegExp[]): Promise<void> => {
        const limit = performance.now() + LIMIT_MS;
        while (!awaited.every((each) => each.test(said()))) {
          if (performance.now() > limit || PANIC.test(said()))
            throw new Error(`not heard: ${awaited.find((each) => !each.test(said()))}\n${said()}`);
          await new Promise((resolve) => setTimeout(resolve, 250));
        }
      },
      off: async (): Promise<void> => {
        await machine.cutPower();
        await tpm.stop();
      },
    };
  };

  /** Puts the authority's delivery in, as it is after `change`, and certifies the machine when it asks. */
  const bring = async (
    { machine }: Awaited<ReturnType<typeof startUnit>>,
    change: (files: Files) => Files,
  ): Promise<void> => {
    const options = { definition: makeDemoElection(), voters: 2, seed: 1, locale: 'es' } as const;
    const { given, locale } = await prepare('friday', options);
    const releaseDigest = releaseDigestOf(manifest);
    const delivered = { provision: given, locale, releaseDigest, manifest };
    const sticks = await makeVirtualSticks(mkdtempSync(at('sticks-')));
    await sticks.delivery.bring(change(await deliveryFiles(delivered)));
    await sticks.attach(machine.monitor);
    closers.push(answerRequests(sticks, delivered));
  };

  const keyboard = async (name: string, identity: Omit<HidOptions, 'reportDescriptor'>) => {
    const { usb, device } = makeUsbHid({
      ...identity,
      reportDescriptor: BOOT_KEYBOARD_DESCRIPTOR,
      bootKeyboard: true,
    });
    closers.push((await openRedirectedDevice(at(name), usb, systemClock)).close);
    return device;
  };

  test(
    'with a second keyboard, an extra device, a missing one and an altered election package names each and uses none',
    async () => {
      const { keypad, printer } = USB_DEVICES;
      const listed = await keyboard('keypad', keypad.identity);
      const second = await keyboard('second', { ...keypad.identity, serial: 'KP-0666' });
      const extra = makeUsbPrinter({ ...printer.identity, serial: 'J6LF000666' });
      closers.push((await openRedirectedDevice(at('extra'), extra.usb, systemClock)).close);
      const unit = await startUnit({}, [
        { kind: 'redirected', id: 'keypad', port: keypad.port, path: at('keypad') },
        { kind: 'redirected', id: 'second', port: 11, path: at('second') },
        { kind: 'redirected', id: 'extra', port: 12, path: at('extra') },
      ]);
      await bring(unit, (files) => {
        const bytes = files.get(DELIVERY_FILES.package)!;
        return new Map([...files, [DELIVERY_FILES.package, flip(bytes, bytes.length >> 1)]]);
      });
      await unit.hear(
        /USB 1-11 04d9:a02a USB Keypad is not on the list: no driver takes it/,
        /USB 1-12 04b8:0e28 TM-T20 is not on the list: no driver takes it/,
        /USB 1-4 04b8:0e28 is missing: printer/,
        /"safeMode","code":"package\.badSignature"/,
      );
      expect(unit.said()).not.toContain('is missing: operator-keypad');
      expect(listed.present()).toBe(true);
      // No host has configured it: whatever is typed stays in it.
      expect(second.present()).toBe(false);
      expect(second.report(new Uint8Array(8)).ok).toBe(false);
      await unit.off();
    },
    LIMIT_MS + 60_000,
  );

  test(
    'keeps an update while it waits for its delivery, and once it served refuses an older release, signed and on a new disk',
    async () => {
      const { rollbackIndex } = manifest;
      rmSync(at('tpm'), { recursive: true, force: true });
      const first = await startUnit({}, [], { number: 2, triesLeft: 2 });
      await first.hear(/"safeMode","code":"machine\.notDelivered"/, /urna: the release: marked/);
      expect(first.said()).not.toMatch(/releases below rollback index/);
      await bring(first, (files) => files);
      await first.hear(
        /\[5\/7\] version: ok, rollback index \d+, this unit has run none/,
        /releases below rollback index \d+ are refused/,
      );
      await first.off();
      const ukis = withEsp((esp) => readTree(esp).files.map(({ path }) => path));
      expect(ukis).toContain(ukiPath({ number: 2, triesLeft: null }));
      expect(ukis).not.toContain(ukiPath({ number: 2, triesLeft: 2 }));
      const older = makeManifest({ ...manifest, rollbackIndex: rollbackIndex - 1 });
      const unit = await startUnit({ [MANIFEST]: signed(older, RELEASE_KEY) }, []);
      await unit.hear(REFUSED);
      expect(unit.said()).toMatch(/urna: \[2\/7\] release: ok/);
      expect(unit.said()).toContain(
        `urna: [5/7] version: FAILED, unit.versionRefused: the release has rollback index ${rollbackIndex - 1}, this unit has run ${rollbackIndex}`,
      );
      await unit.off();
    },
    2 * LIMIT_MS + 60_000,
  );
});
