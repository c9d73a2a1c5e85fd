/** QEMU with a virtual unit's hardware: started, asked over its monitor, switched off. It ends with us. */
import { existsSync } from 'node:fs';
import { startAttached } from './attached-process.ts';
import { QEMU, qemuWords, type VirtualHardware } from './command-line.ts';
import { openQmp, type QmpClient } from './qmp.ts';

export type VirtualMachine = {
  readonly pid: number;
  readonly monitor: QmpClient;
  /** Resolves when it ended, to QEMU's exit code; null: killed. */
  readonly exited: Promise<number | null>;
  /** What QEMU complained of last. */
  readonly lastWords: () => string;
  /** The power goes. */
  readonly cutPower: () => Promise<void>;
};

/** QEMU opens its monitor within this on a busy computer, ms. */
const MONITOR_LIMIT_MS = 20_000;
const LOOK_MS = 20;

/** Resolves when the machine runs. Rejects with QEMU's own words when it does not start. */
export const startVirtualMachine = async (hardware: VirtualHardware): Promise<VirtualMachine> => {
  const qemu = startAttached(QEMU, qemuWords(hardware));
  let ended = false;
  void qemu.exited.then(() => {
    ended = true;
  });
  const failure = (why: string): Error => new Error(`${QEMU} ${why}: ${qemu.lastWords()}`);
  const opened = async (): Promise<QmpClient> => {
    const endMs = performance.now() + MONITOR_LIMIT_MS;
    while (!ended && performance.now() < endMs) {
      if (existsSync(hardware.monitor)) {
        const client = await openQmp(hardware.monitor).catch(() => null);
        if (client !== null) return client;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    await qemu.kill();
    throw failure(ended ? 'ended' : 'does not open its monitor');
  };
  const monitor = await opened();
  return {
    pid: qemu.pid,
    monitor,
    exited: qemu.exited,
    lastWords: qemu.lastWords,
    cutPower: async () => {
      await qemu.kill();
      monitor.close();
    },
  };
};
