/**
 * What stands around the booth and is others' to read: stabilizers, battery, seal and cover are the
 * supervisor's, fingerprint reader and operator station the desk's. The booth's process has none of
 * these devices; it is given their readings as data, for the readiness report.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { sayAtBooth } from '#firmware/locale/booth.ts';
import type { DeskCheck, Surroundings } from '#firmware/messages/unit-catalogue.ts';
import type { ReadinessReportData, SelfTestResult } from '#firmware/paper/readiness-report.ts';
import { OUTPUT_VOLTS } from '#firmware/power/power-policy.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import { type DeviceName, type Fault, faultCode } from '#hal/fault.ts';
import { err, type Result } from '#hal/result.ts';
import { within } from './within.ts';

export type { Surroundings };

/** A device that waits for its board's start answers within 4 s, otherwise within 2.5 s (hal). */
export const READ_LIMIT_MS = 6_000;
/** Reader and station are started by the desk's check: 2 s each, side by side. */
export const DESK_LIMIT_MS = 6_000;

const silent = <D extends DeviceName>(device: D) =>
  err({ device, kind: 'timeout' as const, detail: 'no answer' });

/** All that can be said when nobody answered. */
export const NO_SURROUNDINGS: Surroundings = {
  stabilizers: { a: silent('stabilizer'), b: silent('stabilizer') },
  battery: silent('battery'),
  panel: silent('panel'),
  desk: null,
};

/**
 * Reads them all and asks the desk; the supervisor's side of `BoothOptions.surroundings`. Who does not
 * answer in time is told as such: the whole is there after `READ_LIMIT_MS` or `DESK_LIMIT_MS` at most.
 */
export const readSurroundings = async (
  {
    clock,
    stabilizers,
    battery,
    panel,
  }: Pick<SupervisorBoard, 'clock' | 'stabilizers' | 'battery' | 'panel'>,
  askDesk: (() => Promise<DeskCheck | null>) | null = null,
): Promise<Surroundings> => {
  const inTime = <T>(work: Promise<T>, otherwise: T): Promise<T> =>
    within(clock, READ_LIMIT_MS, work, () => otherwise);
  const [a, b, charge, switches, desk] = await Promise.all([
    inTime(stabilizers.a.read(), NO_SURROUNDINGS.stabilizers.a),
    inTime(stabilizers.b.read(), NO_SURROUNDINGS.stabilizers.b),
    inTime(battery.read(), NO_SURROUNDINGS.battery),
    inTime(panel.read(), NO_SURROUNDINGS.panel),
    askDesk === null ? null : within(clock, DESK_LIMIT_MS, askDesk(), () => null),
  ]);
  return { stabilizers: { a, b }, battery: charge, panel: switches, desk };
};

const codeOf = (result: Result<unknown, Fault<string>>): string | null =>
  result.ok ? null : faultCode(result.error);

/** One that answers and delivers nothing the unit can live on is broken, as the power policy has it. */
const stabilizerCode = (reading: Surroundings['stabilizers']['a']): string | null => {
  if (!reading.ok) return faultCode(reading.error);
  const { outputVolts } = reading.value;
  return outputVolts < OUTPUT_VOLTS.lowAgain || outputVolts > OUTPUT_VOLTS.highAgain
    ? 'stabilizer.broken'
    : null;
};

const batteryCode = (battery: Surroundings['battery']): string | null =>
  battery.ok && !battery.value.present ? 'battery.absent' : codeOf(battery);

const STABILIZERS = ['a', 'b'] as const;

/** The parts of the readiness report that come from the surroundings; all empty when none are known. */
export type SurroundingsOnPaper = {
  readonly tests: readonly SelfTestResult[];
  readonly stabilizers: ReadinessReportData['stabilizers'];
  readonly batteryVolts: number | null;
  readonly warnings: readonly string[];
};

export const surroundingsOnPaper = (
  found: Surroundings | null,
  locale: Locale,
): SurroundingsOnPaper => {
  if (found === null) return { tests: [], stabilizers: [], batteryVolts: null, warnings: [] };
  const { stabilizers, battery, panel, desk } = found;
  const switches = panel.ok ? panel.value : null;
  return {
    tests: [
      ...(desk === null
        ? []
        : ([
            { device: 'fingerprint', faultCode: desk.reader },
            { device: 'station', faultCode: desk.station },
          ] as const)),
      ...STABILIZERS.map(
        (name): SelfTestResult => ({
          device: 'stabilizer',
          which: name.toUpperCase(),
          faultCode: stabilizerCode(stabilizers[name]),
        }),
      ),
      { device: 'battery', faultCode: batteryCode(battery) },
      {
        device: 'panel',
        faultCode: codeOf(panel),
        ...(switches !== null && !switches.tamper && !switches.coverOpen
          ? { detail: sayAtBooth(locale, 'sealed') }
          : {}),
      },
    ],
    stabilizers: STABILIZERS.flatMap((name) => {
      const reading = stabilizers[name];
      return reading.ok ? [{ name: name.toUpperCase(), ...reading.value }] : [];
    }),
    batteryVolts: battery.ok && battery.value.present ? battery.value.volts : null,
    warnings: [
      ...(switches?.tamper === true ? [sayAtBooth(locale, 'sealBroken')] : []),
      ...(switches?.coverOpen === true ? [sayAtBooth(locale, 'coverOpen')] : []),
    ],
  };
};
