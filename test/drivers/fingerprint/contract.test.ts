/** The contract of the fingerprint reader over an in-memory wire, in virtual time, for both families. */
import { makeFingerprintReader } from '#drivers/fingerprint/driver.ts';
import { makeFingerprintEmulator } from '#drivers/fingerprint/emulator.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { describeFingerprintReader, type ReaderRig } from '#test/contracts/fingerprint-reader.ts';

const overMemory = (family: ReaderFamily): ReaderRig => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, serialPace(57_600));
  const entropy = makeSeededEntropy(5, 'contract');
  const emulator = makeFingerprintEmulator(wire.device, clock, { family, entropy, cable: wire });
  const reader = makeFingerprintReader(wire.host, clock);
  return {
    family,
    reader,
    emulator,
    clock,
    run: (work) => clock.run(work()),
    close: () => undefined,
  };
};

describeFingerprintReader('R503, in-memory wire', () => overMemory('R503'));
describeFingerprintReader('ZFM, in-memory wire', () => overMemory('ZFM'));
