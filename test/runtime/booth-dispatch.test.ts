/**
 * The sending seen from the booth, on emulated media, printer and network: whatever is cut, and wherever,
 * the receiver has the one package in the end and both media its receipt.
 */
import { describe, expect, test } from 'vitest';
import { NETWORK_FAULTS } from '#drivers/network/emulator.ts';
import { renderPng } from '#drivers/printer/emulator/render.ts';
import { keepNew, keepOld } from '#drivers/storage/emulator-disk.ts';
import { PRINTED_FILE, RECEIPT_FILE } from '#firmware/runtime/booth-dispatch.ts';
import { openReceipt, receiptNumber, receiptOfQr } from '#firmware/transmission/receipt.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { wait } from '#hal/clock.ts';
import { readQr } from '#test/drivers/printer/read-qr.ts';
import { type DispatchRig, makeDispatchRig } from './dispatch-rig.ts';

/** All that must be true once it is over, whatever happened before. */
const expectSent = (rig: DispatchRig): void => {
  expect(rig.receiver.received()?.bytes).toEqual(rig.packageBytes);
  const receipt = rig.file('fixed', RECEIPT_FILE);
  if (receipt === undefined) throw new Error('the fixed medium has no receipt');
  expect(rig.file('removable', RECEIPT_FILE)).toEqual(receipt);
  expect(openReceipt(receipt, rig.receiver.appointment.key)).toMatchObject({
    digest: sha256Hex(rig.packageBytes),
  });
  expect(rig.receipts().at(-1)).toContain(receiptNumber(receipt));
  expect(rig.network.isOn()).toBe(false);
};

const sendAll = async (rig: DispatchRig): Promise<void> => {
  await rig.start();
  rig.pollsCounted();
  await rig.reach('acknowledged');
  // Its last word to the sender, and the switch.
  await wait(rig.clock, 1_000);
};

describe('the sending', () => {
  test('does nothing before the polls are counted: the network stays off', async () => {
    const rig = await makeDispatchRig();
    await rig.run(async () => {
      await rig.start();
      rig.touch('result:send');
      await wait(rig.clock, 60 * 60_000);
    });
    expect(rig.state().name).toBe('held');
    expect(rig.network.isOn()).toBe(false);
    expect(rig.network.posts()).toBe(0);
    expect(rig.logged).toEqual([]);
  });

  test('has the package received, the receipt on both media and on paper, and says so in the log', async () => {
    const rig = await makeDispatchRig();
    await rig.run(() => sendAll(rig));
    expectSent(rig);
    expect(rig.receiver.received()?.times).toBe(1);
    expect([...rig.ids()].sort()).toEqual(
      [
        'networkEnabled',
        'resultsSent',
        'resultsAcknowledged',
        'networkDisabled',
        'receiptPrinted',
      ].sort(),
    );
    const [paper] = rig.papers;
    const qr = paper === undefined ? null : await readQr(await renderPng(paper));
    expect(receiptOfQr(qr ?? '')).toEqual(rig.file('fixed', RECEIPT_FILE));
  });

  test('without a receiver sends nothing, and stays so', async () => {
    const rig = await makeDispatchRig({ appointed: false });
    await rig.run(async () => {
      await rig.start();
      rig.pollsCounted();
      await wait(rig.clock, 60 * 60_000);
    });
    expect(rig.state()).toEqual({ name: 'unappointed' });
    expect(rig.network.posts()).toBe(0);
  });

  test.each(NETWORK_FAULTS)('comes through %s, once that is mended', async (fault) => {
    const rig = await makeDispatchRig();
    rig.network.fail(fault);
    await rig.run(async () => {
      await rig.start();
      rig.pollsCounted();
      const state = await rig.reach('waiting');
      expect(state).toMatchObject({ why: expect.stringMatching(/^(?!undefined)\w+$/) });
      expect(rig.network.isOn()).toBe(true);
      rig.network.heal();
      rig.touch('result:send');
      await rig.reach('acknowledged');
      await wait(rig.clock, 1_000);
    });
    expectSent(rig);
    expect(rig.ids().filter((id) => id === 'transmissionFailed')).toHaveLength(1);
    // What the receiver had already was acknowledged again, with the same receipt.
    const had = ['answerLost', 'silent', 'garbledAnswer'].includes(fault);
    expect(rig.receiver.received()?.times).toBe(had ? 2 : 1);
  });

  test('refused, it stops with the reason and the network off; officers try again', async () => {
    const rig = await makeDispatchRig();
    rig.receiver.setConflict(true);
    await rig.run(async () => {
      await rig.start();
      rig.pollsCounted();
      expect(await rig.reach('refused')).toEqual({ name: 'refused', code: 'conflict' });
      await wait(rig.clock, 60 * 60_000);
      expect(rig.network.posts()).toBe(1);
      expect(rig.network.isOn()).toBe(false);
      rig.receiver.setConflict(false);
      rig.touch('result:send');
      await rig.reach('acknowledged');
      await wait(rig.clock, 1_000);
    });
    expectSent(rig);
  });

  test('a printer out of paper: done all the same, and printed when officers ask', async () => {
    const rig = await makeDispatchRig();
    rig.hardware.devices.printer.setFault('paperEnd', true);
    await rig.run(async () => {
      await rig.start();
      rig.pollsCounted();
      expect(await rig.reach('acknowledged')).toMatchObject({ fault: 'paperEnd' });
      rig.hardware.devices.printer.setFault('paperEnd', false);
      await wait(rig.clock, 5_000);
      rig.touch('result:receipt');
      await rig.reach('printing');
      expect(await rig.reach('acknowledged')).toMatchObject({ fault: null });
      await wait(rig.clock, 1_000);
    });
    expectSent(rig);
  });

  test('with one medium out, the receipt goes on the other, and onto both at the next start', async () => {
    const rig = await makeDispatchRig();
    const { removable } = rig.hardware.devices;
    await rig.run(async () => {
      await rig.start();
      removable.pull();
      rig.pollsCounted();
      await rig.reach('acknowledged');
      await wait(rig.clock, 1_000);
      expect(rig.file('fixed', RECEIPT_FILE)).toBeDefined();
      removable.putBack();
      rig.cut(keepOld);
      await sendAll(rig);
    });
    expectSent(rig);
    expect(rig.receiver.received()?.times).toBe(1);
    expect(rig.receipts()).toHaveLength(1);
  });

  test('a receipt of another package on the medium counts for nothing', async () => {
    const rig = await makeDispatchRig();
    await rig.run(async () => {
      const board = await rig.start();
      expect(board.state().name).toBe('held');
      const media = rig.hardware.devices.fixed.connect('booth');
      await media.write(`result/${RECEIPT_FILE}`, new TextEncoder().encode('{"format":1}\nab\n'));
      rig.pollsCounted();
      await rig.reach('acknowledged');
      await wait(rig.clock, 1_000);
    });
    expectSent(rig);
  });

  test('a package that nobody of this precinct signed is not sent', async () => {
    const rig = await makeDispatchRig();
    await rig.run(async () => {
      await rig.start();
      for (const name of ['fixed', 'removable'] as const)
        await rig.hardware.devices[name]
          .connect('booth')
          .write(`result/${RESULT_FILES.signature}`, new Uint8Array(64).fill(7));
      rig.pollsCounted();
      await rig.reach('noResult');
    });
    expect(rig.network.posts()).toBe(0);
    expect(rig.ids()).toEqual(['transmissionFailed']);
  });
});

describe('the power goes', () => {
  /** A first life to the cut, a second one to the end. */
  const cutAt = async (
    arm: (rig: DispatchRig, cut: () => void) => void,
    residue: typeof keepOld,
    afterOperation?: () => void,
  ): Promise<{ readonly rig: DispatchRig; readonly wasCut: boolean }> => {
    const rig = await makeDispatchRig(afterOperation === undefined ? {} : { afterOperation });
    let wasCut = false;
    await rig.run(async () => {
      await rig.start();
      rig.count();
      await new Promise<void>((resolve) => {
        arm(rig, () => {
          wasCut = true;
          rig.cut(residue);
          resolve();
        });
        rig.pollsCounted();
        const look = (): void => {
          if (wasCut) return;
          if (rig.state().name === 'acknowledged') resolve();
          else rig.clock.after(50, look);
        };
        look();
      });
      if (wasCut) await wait(rig.clock, 1_000);
      if (wasCut) await sendAll(rig);
      else await wait(rig.clock, 1_000);
    });
    return { rig, wasCut };
  };

  test.each([
    ['nothing unsynced is left', keepOld],
    ['everything is left', keepNew],
  ] as const)('after each durable operation, and %s', async (_what, residue) => {
    let cuts = 0;
    for (let nth = 1; ; nth++) {
      let seen = 0;
      let cut = (): void => undefined;
      const { rig, wasCut } = await cutAt(
        (_rig, given) => {
          cut = given;
        },
        residue,
        () => {
          if (++seen === nth) cut();
        },
      );
      expectSent(rig);
      expect(rig.receiver.received()?.times).toBeLessThanOrEqual(2);
      if (!wasCut) break;
      cuts++;
    }
    // Receipt and mark, written, synced, renamed and their folder synced, on both media.
    expect(cuts).toBeGreaterThanOrEqual(14);
  });

  test('at any time from the counted polls to the printed receipt', async () => {
    const STEP_MS = 45;
    let afterMs = 0;
    for (;;) {
      const { rig, wasCut } = await cutAt(
        (each, cut) => void each.clock.after(afterMs, cut),
        keepOld,
      );
      expectSent(rig);
      expect(rig.receiver.received()?.times).toBeLessThanOrEqual(2);
      if (!wasCut) break;
      afterMs += STEP_MS;
    }
    expect(afterMs).toBeGreaterThan(1_500);
  });

  test('after the end: the next start sends nothing and prints nothing', async () => {
    const rig = await makeDispatchRig();
    await rig.run(async () => {
      await sendAll(rig);
      expect(rig.file('removable', PRINTED_FILE)).toBeDefined();
      const [posts, papers] = [rig.network.posts(), rig.papers.length];
      rig.cut(keepOld);
      await wait(rig.clock, 1_000);
      await sendAll(rig);
      expect([rig.network.posts(), rig.papers.length]).toEqual([posts, papers]);
    });
    expectSent(rig);
  });
});
