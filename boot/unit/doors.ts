/**
 * Where the unit's first program starts the others. Who may have a program started has a door for it, a
 * socket in a folder of its own; whoever connects there is handed, unread, to a fresh process as its private
 * channel. One process of a program at a time: who knocks meanwhile waits until it is gone.
 */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, Socket } from 'node:net';
import { join } from 'node:path';
import type { QuoteAnswer } from '#firmware/messages/console-catalogue.ts';
import type { NetworkFault, NetworkSwitch } from '#hal/network-switch.ts';
import { err } from '#hal/result.ts';
import { isFromAsker, readControl, type ToAsker, writeControl } from '../process/control-line.ts';
import { CONTROL_DESCRIPTOR, type Confinement, startProgram, whenEnded } from '../process/spawn.ts';
import type { ReleaseProof } from '../supervisor/release-proof.ts';
import type { ProgramName } from './unit-file.ts';

/** Who may have what started. */
export const MAY_START: Readonly<Partial<Record<ProgramName, readonly ProgramName[]>>> = {
  supervisor: ['desk', 'booth', 'console', 'sender'],
  booth: ['counting'],
};

const NO_NETWORK = err<NetworkFault>({
  device: 'network',
  kind: 'absent',
  detail: 'the board file names none',
});

/** Knocks that wait at a door. */
const MAX_WAITING = 2;

export type Launchable = {
  readonly file: string;
  readonly args: readonly string[];
  readonly confinement: Confinement | null;
};

export type HouseOptions = {
  /** At the supervisor's word; null: a unit without network. */
  readonly network: NetworkSwitch | null;
  /** At the supervisor's word; null: a unit without a TPM. */
  readonly quote: ((nonce: string) => Promise<QuoteAnswer>) | null;
  /** The supervisor says what the start has shown of the release. */
  readonly onProof: (proof: ReleaseProof) => void;
  /** A folder for the doors, the unit's first program's own. */
  readonly folder: string;
  readonly programs: Readonly<Record<ProgramName, Launchable>>;
};

type Knock = { readonly socket: Socket; readonly start: number };
type Door = {
  readonly asker: ProgramName;
  readonly program: ProgramName;
  readonly waiting: Knock[];
  starts: number;
  running: { readonly child: ChildProcess; readonly start: number } | null;
};

export type House = {
  /** The supervisor, which nobody else has started. `onEnd`: why it ended; all others are gone then. */
  readonly startSupervisor: (
    args: readonly string[],
    first: ToAsker,
    onEnd: (reason: string) => void,
  ) => { readonly say: (message: ToAsker) => void };
  readonly close: () => void;
};

/** The folder of a process' doors. */
export const doorsOf = (folder: string, asker: ProgramName): string => join(folder, asker);

/** Resolves when every door is open. */
export const openHouse = async ({
  folder,
  programs,
  network,
  quote,
  onProof,
}: HouseOptions): Promise<House> => {
  const servers: Server[] = [];
  const doors: Door[] = [];
  const controls = new Map<ProgramName, Socket>();

  const doorOf = (asker: ProgramName, program: ProgramName): Door | undefined =>
    doors.find((door) => door.asker === asker && door.program === program);
  const switchNetwork = async (control: Socket, ask: number, on: boolean): Promise<void> => {
    const set = (await network?.set(on)) ?? NO_NETWORK;
    writeControl(control, { kind: 'networkSwitched', ask, fault: set.ok ? null : set.error });
  };
  const answerQuote = async (control: Socket, ask: number, nonce: string): Promise<void> => {
    const given = (await quote?.(nonce)) ?? 'noTpm';
    writeControl(control, { kind: 'quoted', ask, quote: given });
  };
  /** The control line of a process that may have programs started. */
  const listen = (asker: ProgramName, child: ChildProcess): void => {
    const control = child.stdio[CONTROL_DESCRIPTOR];
    if (!(control instanceof Socket)) return;
    controls.set(asker, control);
    readControl(control, isFromAsker, (message) => {
      switch (message.kind) {
        case 'kill': {
          const running = doorOf(asker, message.program)?.running;
          if (running?.start === message.start) running.child.kill('SIGKILL');
          return;
        }
        case 'proven':
          if (asker === 'supervisor') onProof(message.proof);
          return;
        case 'quote':
          if (asker === 'supervisor') void answerQuote(control, message.ask, message.nonce);
          return;
        case 'switchNetwork':
          if (asker === 'supervisor') void switchNetwork(control, message.ask, message.on);
          return;
      }
    });
  };
  const start = (
    program: ProgramName,
    channel: Socket | 'ignore',
    more: readonly string[] = [],
  ) => {
    const { file, args, confinement } = programs[program];
    const control = MAY_START[program] !== undefined;
    const child = startProgram({
      file,
      args: [...args, ...more],
      channel,
      control,
      confinement,
    });
    if (control) listen(program, child);
    return child;
  };
  /** Whoever had it started is gone: so is what it had started. */
  const clear = (asker: ProgramName): void => {
    controls.delete(asker);
    for (const door of doors) {
      if (door.asker !== asker) continue;
      for (const { socket } of door.waiting.splice(0)) socket.destroy();
      door.running?.child.kill('SIGKILL');
      // A fresh one counts its starts anew.
      door.starts = 0;
    }
  };
  const next = (door: Door): void => {
    if (door.running !== null) return;
    const knock = door.waiting.shift();
    if (knock === undefined) return;
    const child = start(door.program, knock.socket);
    // That of the process which asked, not of the next of its kind.
    const control = controls.get(door.asker);
    door.running = { child, start: knock.start };
    whenEnded(child)((reason) => {
      door.running = null;
      clear(door.program);
      if (control !== undefined)
        writeControl(control, {
          kind: 'ended',
          program: door.program,
          start: knock.start,
          reason,
        });
      next(door);
    });
    // The process has its own; ours is in the way of its hearing that the other side is gone.
    knock.socket.destroy();
  };
  const open = (asker: ProgramName, program: ProgramName): Promise<void> => {
    const door: Door = { asker, program, waiting: [], starts: 0, running: null };
    doors.push(door);
    // Nothing of what comes is read here: it is for the process.
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      socket.on('error', () => undefined);
      door.starts += 1;
      if (door.waiting.length >= MAX_WAITING) socket.destroy();
      else door.waiting.push({ socket, start: door.starts });
      next(door);
    });
    const path = join(doorsOf(folder, asker), program);
    rmSync(path, { force: true });
    servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        const user = programs[asker].confinement?.user;
        chmodSync(path, 0o600);
        if (user !== undefined) chownSync(path, user, user);
        resolve();
      });
    });
  };

  for (const [asker, mayStart] of Object.entries(MAY_START) as [ProgramName, ProgramName[]][]) {
    mkdirSync(doorsOf(folder, asker), { recursive: true, mode: 0o711 });
    for (const program of mayStart) await open(asker, program);
  }
  return {
    startSupervisor: (args, first, onEnd) => {
      const child = start('supervisor', 'ignore', args);
      const say = (message: ToAsker): void => {
        const control = controls.get('supervisor');
        if (control !== undefined) writeControl(control, message);
      };
      say(first);
      whenEnded(child)((reason) => {
        clear('supervisor');
        const gone = doors.flatMap(({ running }) => (running === null ? [] : [running.child]));
        void Promise.all(gone.map((each) => new Promise((done) => whenEnded(each)(done)))).then(
          () => onEnd(reason),
        );
      });
      return { say };
    },
    close: () => {
      for (const server of servers) server.close();
    },
  };
};
