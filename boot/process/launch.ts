/**
 * How a process has another one started. On a bench it starts it itself; on a unit it may not: it knocks
 * at the door of that program, a socket that only it can reach, and the unit's first program, which reads
 * nothing of what comes there, hands the connection to a fresh process in its sandbox (boot/unit/doors.ts).
 * The connection then is the private channel between the two.
 */
import { connect, Socket } from 'node:net';
import { join } from 'node:path';
import type { QuoteAnswer } from '#firmware/messages/console-catalogue.ts';
import type { NetworkFault, NetworkSwitch } from '#hal/network-switch.ts';
import { done, err, type Result } from '#hal/result.ts';
import type { ReleaseProof } from '../supervisor/release-proof.ts';
import type { ProgramName } from '../unit/unit-file.ts';
import { type BeforeSupervisor, isToAsker, readControl, writeControl } from './control-line.ts';
import type { ProcessHandle } from './handle.ts';
import { makeSocketLink } from './socket-link.ts';
import { CONTROL_DESCRIPTOR, spawnProcess } from './spawn.ts';

export const programFile = (program: ProgramName): string =>
  program === 'supervisor' ? 'supervisor.ts' : `${program}-process.ts`;

export type Launcher = {
  /** `args`: for a program that is started from here; on a unit its arguments are not ours to say. */
  readonly start: (program: ProgramName, args: readonly string[]) => ProcessHandle;
  readonly onBefore: (listener: (before: BeforeSupervisor) => void) => void;
  readonly onStop: (listener: () => void) => void;
  /** What the start has shown of the release. */
  readonly proven: (proof: ReleaseProof) => void;
  /** The switch that works for this process, for the board's own; null where the board has none. */
  readonly network: (own: NetworkSwitch | null) => NetworkSwitch | null;
  /** What the TPM says over this nonce (hex); a TPM that hangs never answers. */
  readonly quote: (nonce: string) => Promise<QuoteAnswer>;
  /** The fingerprint of the key that quotes. */
  readonly onAttestationKey: (listener: (sha256: string) => void) => void;
};

const startHere: Launcher = {
  start: (program, args) => spawnProcess(programFile(program), args),
  onBefore: () => undefined,
  onStop: () => undefined,
  proven: () => undefined,
  network: (own) => own,
  quote: async () => 'noTpm',
  onAttestationKey: () => undefined,
};

type Started = { readonly end: (reason: string) => void };

/** `doors`: the folder of this process' doors; null: it starts programs itself. Called once. */
export const openLauncher = (doors: string | null): Launcher =>
  doors === null
    ? startHere
    : launchThrough(doors, new Socket({ fd: CONTROL_DESCRIPTOR, readable: true, writable: true }));

/** Knocks at the doors in the folder `doors`; on `control` it is told how each ended that was started there. */
export const launchThrough = (doors: string, control: Socket): Launcher => {
  const starts = new Map<ProgramName, number>();
  const running = new Map<string, Started>();
  let before: BeforeSupervisor | null = null;
  const onBefore: ((before: BeforeSupervisor) => void)[] = [];
  const onStop: (() => void)[] = [];
  const asked = new Map<number, (answer: Result<void, NetworkFault>) => void>();
  const quotes = new Map<number, (answer: QuoteAnswer) => void>();
  let attestationKey: string | null = null;
  const onKey: ((sha256: string) => void)[] = [];
  let questions = 0;
  const stop = (): void => {
    for (const listener of onStop) listener();
  };
  // Whoever started us is gone: nobody starts anything for us any more.
  control.on('close', stop);
  readControl(control, isToAsker, (message) => {
    switch (message.kind) {
      case 'before':
        before = message;
        for (const listener of onBefore) listener(message);
        return;
      case 'ended':
        running.get(`${message.program} ${message.start}`)?.end(message.reason);
        return;
      case 'networkSwitched':
        asked.get(message.ask)?.(message.fault === null ? done : err(message.fault));
        asked.delete(message.ask);
        return;
      case 'quoted':
        quotes.get(message.ask)?.(message.quote);
        quotes.delete(message.ask);
        return;
      case 'attestationKey':
        attestationKey = message.sha256;
        for (const listener of onKey) listener(message.sha256);
        return;
      case 'stop':
        stop();
        return;
    }
  });
  return {
    start: (program) => {
      const start = (starts.get(program) ?? 0) + 1;
      starts.set(program, start);
      const key = `${program} ${start}`;
      let ended: string | null = null;
      const listeners: ((reason: string) => void)[] = [];
      const end = (reason: string): void => {
        if (ended !== null) return;
        ended = reason;
        running.delete(key);
        for (const listener of listeners) listener(reason);
      };
      running.set(key, { end });
      const channel = connect(join(doors, program));
      // A door that is not there: the unit's first program is gone, and so are we. Behind one that opened a
      // process runs: when the channel breaks later it ended, and how comes from who started it.
      const notOpened = (): void => end('not-started');
      channel.once('error', notOpened);
      channel.once('connect', () => channel.off('error', notOpened));
      return {
        link: makeSocketLink(channel),
        onExit: (listener) => {
          if (ended === null) listeners.push(listener);
          else listener(ended);
        },
        kill: () => writeControl(control, { kind: 'kill', program, start }),
      };
    },
    onBefore: (listener) => {
      onBefore.push(listener);
      if (before !== null) listener(before);
    },
    onStop: (listener) => void onStop.push(listener),
    proven: (proof) => writeControl(control, { kind: 'proven', proof }),
    quote: (nonce) =>
      new Promise((resolve) => {
        const ask = ++questions;
        quotes.set(ask, resolve);
        writeControl(control, { kind: 'quote', ask, nonce });
      }),
    onAttestationKey: (listener) => {
      onKey.push(listener);
      if (attestationKey !== null) listener(attestationKey);
    },
    network: (own) =>
      own === null
        ? null
        : {
            set: (on) =>
              new Promise((resolve) => {
                const ask = ++questions;
                asked.set(ask, resolve);
                writeControl(control, { kind: 'switchNetwork', ask, on });
              }),
          },
  };
};
