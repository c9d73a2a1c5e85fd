/** Debian's TPM simulator in a folder of its own: started, stopped, held still, ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { systemClock } from '#drivers/system/system-clock.ts';
import { decodeResponse } from '#drivers/tpm/codec.ts';
import { openTpmSocket, type TpmTransport } from '#drivers/tpm/transport.ts';

const PATHS = ['/usr/bin/swtpm', '/usr/local/bin/swtpm'] as const;
export const SWTPM = PATHS.find((path) => existsSync(path)) ?? null;

const START_MS = 20_000;
const LOOK_EVERY_MS = 10;

export const eventually = async (
  holds: () => boolean | Promise<boolean>,
  limitMs = START_MS,
): Promise<void> => {
  const limit = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`not so within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
};

export type Swtpm = {
  readonly transport: TpmTransport;
  /** Ends the simulator as a power cut does; its memory stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** It stands still, and goes on. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
};

export const startSwtpm = async (): Promise<Swtpm> => {
  if (SWTPM === null) throw new Error('swtpm is not installed');
  const binary = SWTPM;
  const folder = mkdtempSync(join(tmpdir(), 'urna-tpm-'));
  const state = join(folder, 'state');
  mkdirSync(state);
  const path = join(folder, 'tpm.sock');
  let child: ChildProcess | null = null;
  const transport = openTpmSocket({ path }, systemClock);
  const start = async (): Promise<void> => {
    rmSync(path, { force: true });
    child = spawn(
      binary,
      [
        'socket',
        '--tpm2',
        ...['--server', `type=unixio,path=${path}`],
        ...['--ctrl', `type=unixio,path=${join(folder, 'ctrl.sock')}`],
        ...['--tpmstate', `dir=${state}`],
        ...['--flags', 'not-need-init,startup-clear'],
      ],
      { stdio: 'ignore' },
    );
    await eventually(() => transport.present());
  };
  const stop = async (): Promise<void> => {
    const leaving = child;
    child = null;
    if (leaving === null) return;
    const gone = new Promise((resolve) => leaving.once('exit', resolve));
    leaving.kill('SIGKILL');
    await gone;
    await eventually(() => !transport.present());
  };
  await start();
  return {
    transport,
    start,
    stop,
    hold: () => void child?.kill('SIGSTOP'),
    release: () => void child?.kill('SIGCONT'),
    close: async () => {
      transport.close();
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** TPM2_PCR_Extend (Part 3, 22.2), byte for byte: something was measured. */
export const extendRegister = async (
  { transport }: Pick<Swtpm, 'transport'>,
  pcr: number,
): Promise<void> => {
  const bytes = Buffer.from(
    `80020000004100000182000000000000000940000009000000000000000001000b${'5a'.repeat(32)}`,
    'hex',
  );
  bytes.writeUInt32BE(bytes.length, 2);
  bytes.writeUInt32BE(pcr, 10);
  const answer = decodeResponse(await transport.exchange(new Uint8Array(bytes)));
  expect(answer).toMatchObject({ ok: true, value: { code: 0 } });
};
