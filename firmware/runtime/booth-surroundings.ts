/**
 * What stands around the booth and is others' to read: stabilizers, battery, seal and cover are the
 * supervisor's, fingerprint reader and operator station the desk's. The booth's process has none of
 * these devices; it is given their readings as data, for the readiness report.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { sayAtBooth } from '#firmware/locale/booth.ts';
import type { ReadinessReportData, SelfTestResult } from '#firmware/paper/readiness-report.ts';
import { OUTPUT_VOLTS } from '#firmware/power/power-policy.ts';
import type { BatteryFault, BatteryReading } from '#hal/battery.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import { type Fault, faultCode } from '#hal/fault.ts';
import type { StabilizerFault, StabilizerReading } from '#hal/power-stabilizer.ts';
import type { Result } from '#hal/result.ts';
import type { PanelFault, SwitchState } from '#hal/switch-panel.ts';

export type Surroundings = {
  readonly stabilizers: {
    readonly a: Result<StabilizerReading, StabilizerFault>;
    readonly b: Result<StabilizerReading, StabilizerFault>;
  };
  readonly battery: Result<BatteryReading, BatteryFault>;
  readonly panel: Result<SwitchState, PanelFault>;
  /** The desk's devices: the code of a fault, or null; the whole is null when the desk was not asked. */
  readonly desk: { readonly reader: string | null; readonly station: string | null } | null;
};

/** Reads them all and asks the desk; the supervisor's side of `BoothOptions.surroundings`. */
export const readSurroundings = async (
  { stabilizers, battery, panel }: Pick<SupervisorBoard, 'stabilizers' | 'battery' | 'panel'>,
  askDesk: (() => Promise<Surroundings['desk']>) | null = null,
): Promise<Surroundings> => {
  const [a, b, charge, switches, desk] = await Promise.all([
    stabilizers.a.read(),
    stabilizers.b.read(),
    battery.read(),
    panel.read(),
    askDesk === null ? null : askDesk(),
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
