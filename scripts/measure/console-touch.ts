/**
 * Whether the screen answers as soon while the console is flooded: touches on the PIN pad of a bench's unit,
 * in turns with a quiet line and with one that is written to without a pause. Both in one run, in turns,
 * since a computer that does other things is faster at one minute than at the next.
 */
import type { Stage } from '#firmware/booth/state.ts';
import { makeEyes, type Spot } from '../bench/robots/eyes.ts';
import type { Session } from '../bench/session.ts';
import type { ConsolePort } from '../field/console-port.ts';

export type TouchTimes = { readonly quiet: readonly number[]; readonly flooded: readonly number[] };

const ROUNDS = 8;
const TOUCHES = 20;
const HOLD_MS = 60;
/** A picture that is drawn in pieces is whole when nothing changed for so long. */
const STILL_MS = 40;
/** Between two touches. */
const REST_MS = 60;
const ANSWER_LIMIT_MS = 5_000;
const PAD_LIMIT_MS = 10_000;
/** The flood reaches the unit, and what it leaves behind is worked off. */
const SETTLE_MS = 400;

/** Commands with long answers, a file of 120 MB to be hashed, and what is no command at all. */
const floodOf = (nodePath: string): Uint8Array =>
  new TextEncoder().encode(
    `\u0003status\rdevices\rlog\rhelp\r${' '.repeat(40)}hash ${nodePath}\r${'\u0001\u00ff~'.repeat(400)}\rfaults\r`,
  );

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Writes on and on; returns how to end it. */
const flood = (port: ConsolePort, bytes: Uint8Array): (() => Promise<void>) => {
  let goesOn = true;
  const pour = async (): Promise<void> => {
    while (goesOn) await port.write(bytes);
  };
  const pouring = pour();
  return async () => {
    goesOn = false;
    await pouring;
    await port.write(Uint8Array.of(0x03));
  };
};

const PAD: Stage = {
  name: 'officer',
  check: { purpose: 'menu', step: 'enterPin', pin: '', refusal: null },
};

/** From the finger's lifting to the last change of the frame that it brought about, ms. */
const touchToFrame = async ({ machine }: Session, { xMm, yMm }: Spot): Promise<number> => {
  const { glass } = machine.devices;
  glass.hold(0, xMm, yMm);
  await rest(HOLD_MS);
  return new Promise((resolve, reject) => {
    let lastMs = 0;
    let still: NodeJS.Timeout | undefined;
    const late = setTimeout(() => end(new Error('a touch without an answer')), ANSWER_LIMIT_MS);
    const end = (failed: Error | null): void => {
      stop();
      clearTimeout(late);
      if (failed === null) resolve(lastMs - liftedMs);
      else reject(failed);
    };
    const stop = machine.screen.onChange(() => {
      lastMs = performance.now();
      clearTimeout(still);
      still = setTimeout(() => end(null), STILL_MS);
    });
    const liftedMs = performance.now();
    glass.lift(0);
  });
};

/** Where a digit and its way back are, once the officer's pad is on the screen. */
const findPad = async ({ prepared, machine }: Session): Promise<readonly [Spot, Spot]> => {
  const eyes = await makeEyes(machine.screen, prepared.given.definition, prepared.locale);
  const endMs = performance.now() + PAD_LIMIT_MS;
  for (;;) {
    const digit = await eyes.spot(PAD, 'pin:1');
    const erase = await eyes.spot(PAD, 'pin:erase');
    if (digit !== null && erase !== null) return [digit, erase];
    if (performance.now() > endMs) throw new Error('no PIN pad on the screen');
    await rest(REST_MS);
  }
};

/** The booth waits; an officer's token is put in for as long as this takes. */
export const measureTouches = async (
  session: Session,
  port: ConsolePort,
  nodePath: string,
  onTouch: (done: number, of: number) => void,
): Promise<TouchTimes> => {
  const { tokens } = session.machine.devices;
  const [kit] = session.prepared.given.officers;
  if (kit === undefined) throw new Error('no officer');
  tokens.insert(kit.token);
  const pad = await findPad(session);
  const times = { quiet: [] as number[], flooded: [] as number[] };
  const bytes = floodOf(nodePath);
  for (let round = 0; round < ROUNDS; round++) {
    const line = round % 2 === 0 ? 'quiet' : 'flooded';
    const end = line === 'flooded' ? flood(port, bytes) : null;
    await rest(SETTLE_MS);
    for (let touch = 0; touch < TOUCHES; touch++) {
      times[line].push(await touchToFrame(session, pad[touch % 2]!));
      await rest(REST_MS);
      onTouch(round * TOUCHES + touch + 1, ROUNDS * TOUCHES);
    }
    await end?.();
    await rest(SETTLE_MS);
  }
  tokens.remove();
  return times;
};
