/** The contract of the fingerprint reader in real time, over a serial port, for both families. */
import { makeFingerprintReader } from '#drivers/fingerprint/driver.ts';
import { makeFingerprintEmulator } from '#drivers/fingerprint/emulator.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { openPty } from '#scripts/devices/pty.ts';
import { describeFingerprintReader, type ReaderRig } from '#test/contracts/fingerprint-reader.ts';
import { whenPresent } from './when-present.ts';

const BAUD = 57_600;
/** A sensor that thinks fast: what is tried here is the wire. */
const FAST = { image: 30, features: 40, match: 10 } as const;

const overSerial = async (family: ReaderFamily): Promise<ReaderRig> => {
  const pty = openPty({ baud: BAUD });
  const emulator = makeFingerprintEmulator(pty.link, systemClock, {
    family,
    entropy: makeSeededEntropy(6, 'contract'),
    times: FAST,
    cable: pty,
  });
  const link = openSerialLink(pty.path, BAUD, systemClock);
  await whenPresent(link);
  return {
    family,
    reader: makeFingerprintReader(link, systemClock),
    emulator,
    clock: systemClock,
    run: (work) => work(),
    close: () => {
      link.close();
      pty.close();
    },
  };
};

describeFingerprintReader('R503, a serial port', () => overSerial('R503'));
describeFingerprintReader('ZFM, a serial port', () => overSerial('ZFM'));
