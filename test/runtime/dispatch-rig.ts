/**
 * The sending of a unit whose polls are counted: emulated media that hold a signed result, the printer, the
 * network with a receiver at its other end, and lives of the unit between which the power goes.
 */
import { makeEmulatedBoard } from '#drivers/emulated-board.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import type { Choice as Residue } from '#drivers/storage/emulator-disk.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { DispatchState } from '#firmware/dispatch/state.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { RESULT_FOLDER } from '#firmware/runtime/booth-counting.ts';
import { type BoothDispatch, makeBoothDispatch } from '#firmware/runtime/booth-dispatch.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import {
  RESULT_FILES,
  RESULT_FORMAT,
  resultContests,
  resultFiles,
  writeResultFiles,
} from '#firmware/vault/result-package.ts';
import { wait } from '#hal/clock.ts';
import { certify, provision } from '#scripts/day/provision.ts';
import { makeDayReceiver } from '#scripts/day/receiver.ts';
import { sendHere } from '#scripts/day/send-here.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

const SMALL = loadOwnDefinition(SMALL_PATH);
const VOTERS = 12;
const GLANCE_MS = 20;
/** Beyond every pause of the sender that a test waits for. */
const LOST_MS = 30 * 60_000;

export type DispatchRigOptions = {
  /** After each storage operation, before its caller learns of it. */
  readonly afterOperation?: () => void;
  /** Null: the unit was told of no receiver. */
  readonly appointed?: boolean;
};

export const makeDispatchRig = async ({
  afterOperation,
  appointed = true,
}: DispatchRigOptions = {}) => {
  const clock = makeVirtualClock(0);
  const entropy = makeSeededEntropy(3, 'unit');
  let counting = false;
  const hardware = makeEmulatedBoard({
    clock,
    entropy,
    noise: makeSeededEntropy(3, 'noise'),
    afterOperation: () => {
      if (counting) afterOperation?.();
    },
  });
  const given = provision(SMALL, VOTERS, 3, 'R503');
  const identity = makeEd25519KeyPair(entropy);
  const code = machineCode({
    releaseDigest: new Uint8Array(32),
    packageDigest: new Uint8Array(32),
    identityPublicKey: identity.publicKey,
  });
  const receiver = makeDayReceiver(given, 3);
  receiver.list(code, identity.publicKey);
  const { network, printer } = hardware.devices;
  network.connect(receiver.answer);
  const papers: PaperPiece[] = [];
  printer.onPaper((piece) => papers.push(piece));
  const logged: LogEvent[] = [];

  const files = resultFiles(
    {
      format: RESULT_FORMAT,
      election: SMALL.id,
      test: SMALL.test,
      pollingPlaceCode: SMALL.precinct.pollingPlaceCode,
      precinctNumber: SMALL.precinct.number,
      reportId: SMALL.precinct.reportId,
      ballots: 0,
      contests: resultContests(tabulate(SMALL, [])),
      authentication: {
        match: 0,
        noMatch: 0,
        noStoredPrint: 0,
        noUpperLimbs: 0,
        overrides: 0,
        votersMarked: 0,
        registered: VOTERS,
      },
      reprints: 0,
      spoils: 0,
      copies: SMALL.rules.tallyCopies,
      machineCode: code,
      logHead: 'ab'.repeat(32),
      machineKey: toHex(identity.publicKey),
      certificate: toHex(certify(given, identity.publicKey, code).key),
    },
    identity,
  );

  let dispatch: BoothDispatch | null = null;
  const start = async (): Promise<BoothDispatch> => {
    const board = hardware.powerOn();
    const record = (event: LogEvent): void => void logged.push(event);
    await board.booth.printer.start();
    const started = makeBoothDispatch({
      options: {
        board: board.booth,
        identity,
        electionPackage: { definition: SMALL },
        locale: 'es',
        transmission: {
          receivers: appointed ? [receiver.appointment] : [],
          start: sendHere({
            board: board.supervisor,
            network: network.network,
            receivers: [receiver.appointment],
            record,
          }),
        },
        log: record,
      },
      onState: () => undefined,
    });
    dispatch = started;
    return started;
  };
  const state = (): DispatchState => {
    if (dispatch === null) throw new Error('the unit is off');
    return dispatch.state();
  };

  const rig = {
    clock,
    hardware,
    identity,
    given,
    code,
    receiver,
    network,
    papers,
    logged,
    files,
    ids: (): readonly string[] => logged.map(({ id }) => id),
    start,
    state,
    touch: (action: string): void => void dispatch?.touched(action),
    pollsCounted: (): void => dispatch?.pollsCounted(),
    /** Waits until the sending is in one of these states. */
    reach: async (...names: readonly DispatchState['name'][]): Promise<DispatchState> => {
      const endMs = clock.nowMs() + LOST_MS;
      while (!names.includes(state().name)) {
        if (clock.nowMs() > endMs) throw new Error(`lost in ${JSON.stringify(state())}`);
        await wait(clock, GLANCE_MS);
      }
      return state();
    },
    cut: (residue: Residue): void => {
      dispatch?.stop();
      dispatch = null;
      counting = false;
      hardware.cutPower(residue);
    },
    /** From now on storage operations are counted. */
    count: (): void => {
      counting = true;
    },
    run: <T>(body: () => Promise<T>): Promise<T> => clock.run(body()),
    file: (medium: 'fixed' | 'removable', name: string): Uint8Array | undefined =>
      hardware.devices[medium].files().get(`booth/${RESULT_FOLDER}/${name}`),
    receipts: (): readonly string[] =>
      papers.map(renderText).filter((text) => text.includes('ACUSE DE RECIBO')),
    packageBytes: files[RESULT_FILES.package] ?? new Uint8Array(0),
  };

  /** As the counting left them. */
  await rig.run(async () => {
    const board = hardware.powerOn();
    for (const name of ['fixed', 'removable'] as const) {
      const written = await writeResultFiles(board.booth.media[name], RESULT_FOLDER, files);
      if (!written.ok) throw new Error('the result is not on the media');
    }
    hardware.powerOff();
  });
  return rig;
};

export type DispatchRig = Awaited<ReturnType<typeof makeDispatchRig>>;
