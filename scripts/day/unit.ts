/**
 * One boot of a unit on an emulated board: identity, package, event log, power, desk and booth. On a
 * unit these are processes with users of their own; the virtual day of a test election runs them in
 * one, still joined by nothing but the link's bytes.
 */
import { createHash } from 'node:crypto';
import type { BoothState } from '#firmware/booth/state.ts';
import type { Locale } from '#firmware/election/definition.ts';
import { asWord } from '#firmware/events/catalogue.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { type Booth, startBooth } from '#firmware/runtime/booth-runtime.ts';
import { readSurroundings } from '#firmware/runtime/booth-surroundings.ts';
import { type Desk, startDesk } from '#firmware/runtime/desk-runtime.ts';
import { makeLogWriter } from '#firmware/runtime/log-writer.ts';
import { startPowerRuntime } from '#firmware/runtime/power-runtime.ts';
import type { Appointment } from '#firmware/transmission/appointment.ts';
import { openElectionPackage } from '#firmware/vault/election-package.ts';
import { type EventLog, openEventLog, refusalEvent } from '#firmware/vault/event-log.ts';
import { openIdentity } from '#firmware/vault/identity.ts';
import type { KeyPair } from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import type { PinCost } from '#firmware/vault/officer-token.ts';
import type { Board } from '#hal/board.ts';
import type { Network } from '#hal/network.ts';
import { authorityPublicKey, certify, type Provision } from './provision.ts';
import { sendHere } from './send-here.ts';

export type UnitOptions = {
  readonly board: Board;
  readonly provision: Provision;
  readonly releaseDigest: Uint8Array;
  readonly locale: Locale;
  readonly pinCost: PinCost;
  /** Identity keys of units from which the module was moved here, as officers confirmed them. */
  readonly formerIdentities?: readonly Uint8Array[];
  /** The pollbook's key as delivered, once. */
  readonly takePollbookKey: () => Uint8Array | null;
  /** Whom the authority appointed to receive, and the way there; without it the unit has no transmission. */
  readonly transmission?: {
    readonly receivers: readonly Appointment[];
    readonly network: Network;
  };
  /** Something stopped for good. */
  readonly onPark: (part: string, reason: string) => void;
  readonly onBoothState?: (state: BoothState) => void;
};

export type Unit = {
  readonly booth: Booth;
  readonly desk: Desk;
  readonly log: EventLog;
  readonly identity: KeyPair;
  readonly machineCode: string;
  /** In good order: the head of the log is signed, then everything stops. */
  readonly shutDown: () => Promise<void>;
  /** At once, as when the power goes. */
  readonly stop: () => void;
};

/** What a day needs to hold of a unit. */
export type DayUnit = Pick<Unit, 'identity' | 'machineCode' | 'shutDown' | 'stop'> & {
  readonly desk: Pick<Desk, 'state'>;
  readonly booth: Pick<Booth, 'state'>;
};

const expectOk = <T>(
  result: { ok: true; value: T } | { ok: false; error: unknown },
  what: string,
): T => {
  if (result.ok) return result.value;
  throw new Error(`${what}: ${JSON.stringify(result.error)}`);
};

/** Enough of a digest to compare by eye. */
const shortDigest = (digest: Uint8Array): string =>
  Buffer.from(digest).toString('hex').slice(0, 16);

export const startUnit = async (options: UnitOptions): Promise<Unit> => {
  const { board, provision, locale, formerIdentities = [] } = options;
  const { definition, packageBytes } = provision;
  const { clock, entropy } = board.supervisor;
  const { identity } = expectOk(
    await openIdentity(board.supervisor.media.fixed, entropy),
    'the machine has no identity',
  );
  const electionPackage = expectOk(
    openElectionPackage(
      packageBytes,
      authorityPublicKey(provision),
      {
        pollingPlaceCode: definition.precinct.pollingPlaceCode,
        precinctNumber: definition.precinct.number,
      },
      clock.calendarMs(),
    ),
    'the election package was refused',
  );
  const packageDigest = new Uint8Array(createHash('sha256').update(packageBytes).digest());
  const code = machineCode({
    releaseDigest: options.releaseDigest,
    packageDigest,
    identityPublicKey: identity.publicKey,
  });
  const log = expectOk(
    await openEventLog({
      media: board.supervisor.media,
      clock,
      entropy,
      identity,
      electionId: definition.id,
      precinct: precinctOf(definition),
      authorityKey: provision.authority.escrow.publicKey,
      before: formerIdentities,
    }),
    'the event log does not open',
  );
  const parkUnit = (reason: string): void => {
    booth.park(reason);
    desk.park(reason);
  };
  const writer = makeLogWriter({ log, media: board.supervisor.media, clock, onPark: parkUnit });
  const { record } = writer;
  const park = (part: string) => (reason: string, detail?: string) => {
    record({ id: 'machineParked', fields: { reason: asWord(reason) } });
    options.onPark(part, detail === undefined ? reason : `${reason}: ${detail}`);
  };
  const refusals = (machine: string) => (refusal: { event: string; reason: string }) =>
    record(refusalEvent(machine, refusal.event, refusal.reason));

  const desk = startDesk({
    board: board.desk,
    electionPackage,
    locale,
    log: record,
    onPark: park('desk'),
    onRefusal: refusals('desk'),
  });
  const booth = startBooth({
    board: board.booth,
    electionPackage,
    identity,
    formerIdentities,
    machineCode: code,
    certificates: certify(provision, identity.publicKey, code),
    takePollbookKey: options.takePollbookKey,
    versions: [
      { name: 'release', value: shortDigest(options.releaseDigest) },
      { name: 'package', value: shortDigest(packageDigest) },
      { name: 'Node', value: process.versions.node },
    ],
    surroundings: () => readSurroundings(board.supervisor, desk.check),
    locale,
    pinCost: options.pinCost,
    ...(options.transmission === undefined
      ? {}
      : {
          transmission: {
            receivers: options.transmission.receivers,
            start: sendHere({ ...options.transmission, board: board.supervisor, record }),
          },
        }),
    log: record,
    logHead: async () => {
      const head = await log.checkpoint();
      return head.ok ? head.value : log.head();
    },
    onPark: park('booth'),
    onRefusal: refusals('booth'),
    ...(options.onBoothState === undefined ? {} : { onState: options.onBoothState }),
  });
  const power = startPowerRuntime(board.supervisor, {
    onPower: (state) => {
      desk.powerChanged(state);
      booth.powerChanged(state);
    },
    onLog: record,
    onPark: park('power'),
  });
  const stop = (): void => {
    writer.stop();
    power.stop();
    desk.stop();
    booth.stop();
  };
  return {
    booth,
    desk,
    log,
    identity,
    machineCode: code,
    stop,
    shutDown: async () => {
      stop();
      await log.record({ id: 'machineStopped', fields: { reason: asWord('switchedOff') } });
      await log.checkpoint();
    },
  };
};
