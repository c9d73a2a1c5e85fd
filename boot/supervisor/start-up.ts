/**
 * The supervisor's way from switched on to everything that its processes work with: a row of named
 * stages, each of which ends with a value or with the code under which the unit stays out of service.
 */
import { createHash } from 'node:crypto';
import type { ReleaseManifest } from '#boot/release/manifest.ts';
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import { MAX_COUNT } from '#firmware/events/fields.ts';
import type { StartUpStage } from '#firmware/messages/unit-catalogue.ts';
import { machineKeyCertificateBytes } from '#firmware/paper/qr-payloads.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { type CalendarWatch, startCalendarWatch } from '#firmware/runtime/calendar-watch.ts';
import { within } from '#firmware/runtime/within.ts';
import { type Appointment, openAppointment } from '#firmware/transmission/appointment.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { type ElectionPackage, openElectionPackage } from '#firmware/vault/election-package.ts';
import { type EventLog, openEventLog } from '#firmware/vault/event-log.ts';
import { readFormerMachines } from '#firmware/vault/former-machines.ts';
import { openIdentity, verifyCertificate } from '#firmware/vault/identity.ts';
import { type KeyPair, verify } from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import type { Media, SupervisorBoard } from '#hal/board.ts';
import { type SettableClock, wait } from '#hal/clock.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { BeforeSupervisor } from '../process/control-line.ts';
import { BOARD_LIMIT_MS, type OpenedBoard } from '../process/run-process.ts';
import { openRelease, releaseDigestOf } from '../release/verify.ts';
import type { Certificates, Delivery, DeliveryDoor } from './delivery.ts';

/** A certificate that was asked for at the start is waited for so long, and looked for so often. */
export const CERTIFICATE_WAIT_MS = 10_000;
export const CERTIFICATE_LOOK_MS = 50;

/** Why the unit stays out of service. `detail`: for the console. */
export type StartFault = { readonly code: string; readonly detail: string };

export type StartedUnit = {
  readonly opened: OpenedBoard<SupervisorBoard>;
  readonly delivery: Delivery;
  /** Null: none was delivered, so that files have nothing to be compared with. */
  readonly release: ReleaseManifest | null;
  readonly identity: KeyPair;
  readonly calendar: CalendarWatch;
  /** By what calendar the package was opened; null: by none. */
  readonly openedAtMs: number | null;
  readonly electionPackage: ElectionPackage;
  /** Keys of the machines whose day this one may continue. */
  readonly formerIdentities: readonly Uint8Array[];
  /** Empty: this unit has no transmission. */
  readonly receivers: readonly Appointment[];
  readonly packageDigest: Uint8Array;
  readonly machineCode: string;
  readonly certificates: Certificates;
};

export type StartUpOptions = {
  readonly clock: SettableClock;
  readonly openBoard: () => Promise<OpenedBoard<SupervisorBoard>>;
  readonly delivery: DeliveryDoor;
  /** That this unit was verified with before its supervisor started (unit/verify-release.ts); null: none. */
  readonly release?: Result<ReleaseManifest, string> | null;
  readonly onStage: (stage: StartUpStage) => void;
  /** The board is open: to be closed at the end, whatever comes of the rest. */
  readonly onBoard: (opened: OpenedBoard<SupervisorBoard>) => void;
  readonly onCalendar: (calendarMs: number, trusted: boolean) => void;
  /** Goes on whatever comes of the rest: to be stopped at the end. */
  readonly onCalendarWatch: (watch: CalendarWatch) => void;
  /** The log is open, and takes entries from now on. */
  readonly onLog: (log: EventLog, media: Media, release: string) => Promise<void>;
  /** A certificate was asked for. */
  readonly onRequest: (machineCode: string) => void;
  readonly log: (event: LogEvent) => void;
};

type Step<T> = Promise<Result<T, StartFault>>;

const fault = (code: string, detail: string): Result<never, StartFault> => err({ code, detail });

const openTheBoard = async ({
  clock,
  openBoard,
  onBoard,
}: StartUpOptions): Step<OpenedBoard<SupervisorBoard>> => {
  try {
    const opened = await within(clock, BOARD_LIMIT_MS, openBoard(), () => null);
    if (opened === null) return fault('machine.badBoard', 'no answer');
    onBoard(opened);
    return ok(opened);
  } catch (error) {
    return fault('machine.badBoard', error instanceof Error ? error.message : 'unknown');
  }
};

/**
 * A manifest that is delivered is the one of the delivery's release, signed, and so is the one that this
 * unit was verified with, where it was; or the unit does not run.
 */
const openTheRelease = (
  { releaseManifest, authorityKey, releaseDigest }: Delivery,
  own: NonNullable<StartUpOptions['release']> | null,
  log: StartUpOptions['log'],
): Result<ReleaseManifest | null, StartFault> => {
  if (own?.ok === false) return fault('unit.releaseRefused', own.error);
  const verified = own?.value ?? null;
  if (releaseManifest === null && verified === null) return ok(null);
  const opened: Result<ReleaseManifest, string> =
    releaseManifest === null
      ? ok(verified!)
      : openRelease(releaseManifest, authorityKey, releaseDigest);
  if (verified !== null && toHex(releaseDigestOf(verified)) !== toHex(releaseDigest)) {
    log({ id: 'releaseRefused', fields: { reason: 'otherRelease' } });
    return fault('unit.otherRelease', 'the delivery is for another release');
  }
  if (opened.ok) return opened;
  log({ id: 'releaseRefused', fields: { reason: 'manifest' } });
  return fault('unit.releaseRefused', opened.error);
};

const openTheIdentity = async (
  { media, entropy }: SupervisorBoard,
  log: StartUpOptions['log'],
): Step<KeyPair> => {
  const found = await openIdentity(media.fixed, entropy);
  if (!found.ok) return fault('machine.noIdentity', JSON.stringify(found.error));
  const { identity, made } = found.value;
  if (made) log({ id: 'identityMade', fields: { key: toHex(identity.publicKey) } });
  return ok(identity);
};

const openThePackage = (
  delivery: Delivery,
  calendarMs: number | null,
): Result<ElectionPackage, StartFault> => {
  const { packageBytes, authorityKey, pollingPlaceCode, precinctNumber } = delivery;
  const expected = { pollingPlaceCode, precinctNumber };
  const found = openElectionPackage(packageBytes, authorityKey, expected, calendarMs);
  return found.ok
    ? found
    : fault(`package.${found.error.kind}`, JSON.stringify(found.error).slice(0, 300));
};

/**
 * As `openThePackage`; only that it expired is no reason to stay out of service: the clock alone never
 * shuts anybody out. The calendar is doubted instead, and officers agree where it matters.
 */
const openInTime = (
  delivery: Delivery,
  calendar: CalendarWatch,
  calendarMs: number,
  log: StartUpOptions['log'],
): Result<ElectionPackage, StartFault> => {
  const found = openThePackage(delivery, calendar.trusted() ? calendarMs : null);
  if (found.ok || found.error.code !== 'package.expired') return found;
  log({ id: 'packageRefused', fields: { reason: 'expired' } });
  calendar.doubt();
  return openThePackage(delivery, null);
};

/** A list that is delivered is the authority's for this precinct, or the unit does not run. */
const openFormerMachines = (
  { formerMachines, authorityKey }: Delivery,
  { definition }: ElectionPackage,
): Result<readonly Uint8Array[], StartFault> => {
  if (formerMachines === null) return ok([]);
  const place = { election: definition.id, precinct: precinctOf(definition) };
  const keys = readFormerMachines(formerMachines, place, authorityKey);
  return keys === null
    ? fault('machine.notDelivered', 'former-machines is not the authority’s list for this precinct')
    : ok(keys);
};

/** Every appointment that is delivered is the authority's for this election, or the unit does not run. */
const openReceivers = (
  { receivers, authorityKey }: Delivery,
  { definition }: ElectionPackage,
): Result<readonly Appointment[], StartFault> => {
  const wrong: string[] = [];
  const found: Appointment[] = [];
  for (const [name, bytes] of receivers) {
    const opened = openAppointment(bytes, authorityKey);
    if (opened === null) wrong.push(`receivers/${name} is no appointment by the authority`);
    else if (opened.election !== definition.id)
      wrong.push(`receivers/${name} appoints a receiver of ${opened.election}`);
    else found.push(opened);
  }
  return wrong.length === 0 ? ok(found) : fault('machine.notDelivered', wrong.join('; '));
};

const areGood = (
  { report, key }: Certificates,
  { definition }: ElectionPackage,
  machineKey: Uint8Array,
  code: string,
  authorityKey: Uint8Array,
): boolean =>
  verify(
    authorityKey,
    machineKeyCertificateBytes({
      electionId: definition.id,
      reportId: definition.precinct.reportId,
      machineCode: code,
      machineKey,
    }),
    report,
  ) &&
  verifyCertificate(
    { election: definition.id, precinct: precinctOf(definition), machineKey },
    key,
    authorityKey,
  );

/** The certificates that lie there; otherwise they are asked for, and waited for a little. */
const findCertificates = async (
  { clock, delivery: door, onRequest }: StartUpOptions,
  request: { readonly machineCode: string; readonly machineKey: Uint8Array },
): Promise<Certificates | null> => {
  const there = await door.certificates(request.machineCode);
  if (there !== null) return there;
  await door.request(request);
  onRequest(request.machineCode);
  const endMs = clock.nowMs() + CERTIFICATE_WAIT_MS;
  while (clock.nowMs() < endMs) {
    await wait(clock, CERTIFICATE_LOOK_MS);
    const brought = await door.certificates(request.machineCode);
    if (brought !== null) return brought;
  }
  return null;
};

/** What came before the supervisor, as the log says it. */
export const eventsBefore = ({ results, crashed }: BeforeSupervisor): readonly LogEvent[] => [
  ...results
    .filter(({ code }) => code === null)
    .map(
      ({ stage, detail, tookMs }): LogEvent => ({
        id: 'startStagePassed',
        fields: {
          stage: asWord(stage),
          result: asWord(detail),
          tookMs: Math.min(tookMs, MAX_COUNT),
        },
      }),
    ),
  ...(crashed === null
    ? []
    : [
        {
          id: 'processFailed' as const,
          fields: { process: 'supervisor' as const, reason: asWord(crashed) },
        },
      ]),
];

/** All stages, in order; ends at the first that fails. */
export const startUp = async (options: StartUpOptions): Step<StartedUnit> => {
  const { clock, onStage, log: record } = options;
  onStage('board');
  const opened = await openTheBoard(options);
  if (!opened.ok) return opened;
  const { board } = opened.value;

  onStage('delivery');
  const delivered = await options.delivery.read();
  if (!delivered.ok) return fault('machine.notDelivered', delivered.error);
  const delivery = delivered.value;
  const release = openTheRelease(delivery, options.release ?? null, record);
  if (!release.ok) return release;

  onStage('identity');
  const identity = await openTheIdentity(board, record);
  if (!identity.ok) return identity;

  onStage('clock');
  const calendar = await startCalendarWatch({
    realTimeClock: board.realTimeClock,
    clock,
    media: board.media,
    log: record,
    onCalendar: options.onCalendar,
  });
  options.onCalendarWatch(calendar);

  onStage('package');
  const calendarMs = Math.floor(clock.calendarMs());
  const electionPackage = openInTime(delivery, calendar, calendarMs, record);
  if (!electionPackage.ok) return electionPackage;
  const openedAtMs = calendar.trusted() ? calendarMs : null;
  const { definition } = electionPackage.value;
  const former = openFormerMachines(delivery, electionPackage.value);
  if (!former.ok) return former;
  const receivers = openReceivers(delivery, electionPackage.value);
  if (!receivers.ok) return receivers;
  const packageDigest = new Uint8Array(createHash('sha256').update(delivery.packageBytes).digest());

  onStage('log');
  const log = await openEventLog({
    media: board.media,
    clock,
    entropy: board.entropy,
    identity: identity.value,
    electionId: definition.id,
    precinct: precinctOf(definition),
    authorityKey: delivery.escrowKey,
    before: former.value,
  });
  if (!log.ok) return fault('machine.logNotOpened', JSON.stringify(log.error).slice(0, 300));
  await options.onLog(log.value, board.media, toHex(delivery.releaseDigest));

  onStage('certificate');
  const machineKey = identity.value.publicKey;
  const code = machineCode({
    releaseDigest: delivery.releaseDigest,
    packageDigest,
    identityPublicKey: machineKey,
  });
  const certificates = await findCertificates(options, { machineCode: code, machineKey });
  if (certificates === null) return fault('machine.notCertified', `no certificate of ${code}`);
  if (!areGood(certificates, electionPackage.value, machineKey, code, delivery.authorityKey))
    return fault('machine.notCertified', `the certificate of ${code} is not the authority's`);
  return ok({
    opened: opened.value,
    delivery,
    release: release.value,
    identity: identity.value,
    calendar,
    openedAtMs,
    electionPackage: electionPackage.value,
    formerIdentities: former.value,
    receivers: receivers.value,
    packageDigest,
    machineCode: code,
    certificates,
  });
};
