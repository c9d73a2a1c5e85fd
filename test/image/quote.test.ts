/**
 * A unit's quote from its start under Secure Boot to its auditor: the TPM's registers hold what is reckoned from the
 * image, over the auditor's nonce, by the key that the unit names as it starts.
 */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readJsonLine } from '#firmware/console/json-line.ts';
import { auditQuote, readQuote } from '#scripts/audit/unit/check-quote.ts';
import { registersOf } from '#scripts/image/measured.ts';
import { missingPackages } from '#scripts/image/tools.ts';
import { attachSignature } from '#scripts/image/uefi/pe.ts';
import { enrolKeys } from '#scripts/qemu/secure-boot.ts';
import { startSoftwareTpm } from '#scripts/qemu/software-tpm.ts';
import { startVirtualMachine } from '#scripts/qemu/virtual-machine.ts';
import { FIRMWARE, whyNoImage } from './image-machine.ts';
import { sharedImage } from './shared-image.ts';

const packages = missingPackages(['swtpm']);
const missing = packages.length > 0 ? `apt-get install ${packages.join(' ')}` : await whyNoImage();

const LIMIT_MS = 230_000;
const GLANCE_MS = 500;
const NONCE = Uint8Array.from({ length: 32 }, (_, at) => 7 * at);

describe.skipIf(missing !== null)('a unit with a TPM', () => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-quote-'));
  const at = (name: string): string => join(folder, name);
  const closers: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const until = async (what: string, seen: () => boolean, act = (): void => undefined) => {
    const endMs = performance.now() + LIMIT_MS;
    while (!seen()) {
      if (performance.now() > endMs) throw new Error(`waited for ${what}`);
      act();
      await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
    }
  };
  /** A program at the unit's serial port: what is answered to one command. */
  const askConsole = async (path: string, command: string) => {
    const port = connect(path);
    closers.push(() => port.destroy());
    let said = '';
    port.setEncoding('latin1').on('data', (text: string) => {
      said += text;
    });
    const answer = () =>
      said
        .split('\r\n')
        .map(readJsonLine)
        .find((line) => line?.id === 7);
    // Nobody may be there yet who listens.
    await until(
      'the prompt',
      () => said.includes('urna> '),
      () => void port.write('\r'),
    );
    port.write(`json on\r7 ${command}\r`);
    await until('the answer', () => answer() !== undefined);
    return answer();
  };

  test(
    'proves over a nonce which image it was started from',
    async () => {
      const { built, written, signer } = await sharedImage();
      copyFileSync(written.image, at('disk.img'));
      const memory = enrolKeys(readFileSync(FIRMWARE.memory), signer.certificatePem);
      writeFileSync(at('uefi-memory'), memory);
      const tpm = await startSoftwareTpm(at('tpm'), at('tpm.sock'));
      closers.push(tpm.stop);
      const machine = await startVirtualMachine({
        ...{ memoryMb: 512, processors: 2, usb: [], tpm: tpm.path, screen: null, watchdog: true },
        boot: { kind: 'uefi', code: FIRMWARE.secure, variables: at('uefi-memory') },
        disk: { id: 'fixed', file: at('disk.img'), serial: 'URNA-FIXED' },
        serialPorts: [
          { kind: 'socket', path: at('ttyS0') },
          { kind: 'file', path: at('ttyS1') },
        ],
        monitor: at('monitor'),
      });
      closers.push(machine.cutPower);
      const said = () => (existsSync(at('ttyS1')) ? readFileSync(at('ttyS1'), 'latin1') : '');
      const named = () => /quotes are signed by the key ([0-9a-f]{64})/.exec(said())?.[1];
      await until('the key', () => named() !== undefined);
      expect(said()).toContain('UEFI Secure Boot is enabled');
      const { code, data } =
        (await askConsole(at('ttyS0'), `quote ${Buffer.from(NONCE).toString('hex')}`)) ?? {};
      const quote = readQuote(JSON.stringify({ code, data }));
      if (quote === null) throw new Error(JSON.stringify({ code, data }));
      const registers = registersOf({
        boot: attachSignature(built.boot, built.bootSignature),
        uki: attachSignature(built.uki, built.ukiSignature),
      });
      expect(registers.size).toBe(3);
      const { findings } = auditQuote({ quote, nonce: NONCE, keys: [named() ?? ''], registers });
      expect(findings).toEqual([]);
    },
    LIMIT_MS + 120_000,
  );
});
