/**
 * The readiness report: what the self-test found before an election day, what runs on the machine,
 * its keys, memories and power. Printed after the ceremony; officers and technicians sign it.
 */
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { type PaperText, sayOnPaper } from '#firmware/locale/paper.ts';
import type { PowerState } from '#firmware/messages/catalogue.ts';
import type { DeviceName } from '#hal/fault.ts';
import type { PaperDocument, PaperElement } from '#hal/receipt-printer.ts';
import { paragraph, type Row } from './layout.ts';
import {
  figureRows,
  heading,
  hexValue,
  labelled,
  type PaperSetting,
  placeLines,
  remarks,
  section,
  signatureLines,
  testBanner,
} from './report-parts.ts';

export type SelfTestResult = {
  readonly device: DeviceName;
  /** Where there are several: "A", "B", "fixed". */
  readonly which?: string;
  /** The fault's stable code; null: passed. */
  readonly faultCode: string | null;
  /** For the technician: firmware of the part, what was measured. */
  readonly detail?: string;
};

export type ReadinessReportData = {
  readonly definition: ElectionDefinition;
  readonly dateText: string;
  readonly selfTest: readonly SelfTestResult[];
  /** What runs: release, election package, runtime. */
  readonly versions: readonly { readonly name: string; readonly value: string }[];
  readonly machineCode: string;
  /** Of the precinct's public key. Hexadecimal. */
  readonly sealingKeyFingerprint: string;
  readonly identityKeyFingerprint: string;
  /** t shares of n open the urn. */
  readonly shares: { readonly threshold: number; readonly total: number };
  readonly cells: readonly {
    readonly name: 'board' | 'module';
    readonly present: boolean;
    readonly overwritesInPlace: boolean;
  }[];
  readonly media: readonly {
    readonly name: 'fixed' | 'removable';
    readonly present: boolean;
    readonly freeBytes: number;
    readonly budgetBytes: number;
  }[];
  readonly power: PowerState;
  /** Null: not known. */
  readonly batteryVolts: number | null;
  readonly stabilizers: readonly {
    readonly name: string;
    readonly inputVolts: number;
    readonly outputVolts: number;
    readonly feeding: boolean;
  }[];
  /** In the report's language. */
  readonly warnings: readonly string[];
};

const BYTES_PER_MB = 1_000_000;

const DEVICE_TEXTS = {
  link: 'deviceLink',
  fingerprint: 'deviceFingerprint',
  printer: 'devicePrinter',
  touchscreen: 'deviceTouchscreen',
  keypad: 'deviceKeypad',
  audio: 'deviceAudio',
  station: 'deviceStation',
  token: 'deviceToken',
  panel: 'devicePanel',
  stabilizer: 'deviceStabilizer',
  battery: 'deviceBattery',
  clock: 'deviceClock',
  inventory: 'deviceInventory',
  network: 'deviceNetwork',
  watchdog: 'deviceWatchdog',
  medium: 'deviceMedium',
  cell: 'deviceCell',
} as const satisfies Record<DeviceName, PaperText>;

const POWER_TEXTS = {
  mains: 'powerMains',
  degraded: 'powerDegraded',
  battery: 'powerBattery',
  low: 'powerLow',
  critical: 'powerCritical',
  parked: 'powerParked',
} as const satisfies Record<PowerState['level'], PaperText>;

const CELL_TEXTS = { board: 'boardCell', module: 'moduleCell' } as const;

const selfTestPart = (
  data: ReadinessReportData,
  { locale, columns }: PaperSetting,
): readonly PaperElement[] => [
  ...section(sayOnPaper(locale, 'selfTest'), columns),
  ...data.selfTest.flatMap((result) => {
    const name = sayOnPaper(locale, DEVICE_TEXTS[result.device]);
    const label = result.which === undefined ? name : `${name} ${result.which}`;
    const value =
      result.faultCode === null
        ? sayOnPaper(locale, 'passed')
        : sayOnPaper(locale, 'failed', { code: result.faultCode });
    return [
      ...figureRows([{ label, value }], columns),
      ...(result.detail === undefined ? [] : paragraph(result.detail, columns)),
    ];
  }),
];

const keysPart = (
  data: ReadinessReportData,
  { locale, columns }: PaperSetting,
): readonly PaperElement[] => [
  ...section(sayOnPaper(locale, 'keys'), columns),
  ...labelled(sayOnPaper(locale, 'machineCode'), data.machineCode, columns),
  ...hexValue(sayOnPaper(locale, 'sealingKey'), data.sealingKeyFingerprint, columns),
  ...hexValue(sayOnPaper(locale, 'identityKey'), data.identityKeyFingerprint, columns),
  ...paragraph(sayOnPaper(locale, 'shares', data.shares), columns, { bold: true }),
];

const storagePart = (
  data: ReadinessReportData,
  { locale, columns }: PaperSetting,
): readonly PaperElement[] => {
  const missing = sayOnPaper(locale, 'missing');
  const cells = data.cells.map(
    (cell): Row => ({
      label: sayOnPaper(locale, CELL_TEXTS[cell.name]),
      value: cell.present
        ? sayOnPaper(locale, cell.overwritesInPlace ? 'overwrites' : 'standIn')
        : missing,
    }),
  );
  const media = data.media.map(
    (medium): Row => ({
      label: sayOnPaper(locale, medium.name),
      value: medium.present
        ? sayOnPaper(locale, 'free', {
            free: Math.floor(medium.freeBytes / BYTES_PER_MB),
            budget: Math.floor(medium.budgetBytes / BYTES_PER_MB),
          })
        : missing,
    }),
  );
  return [
    ...section(sayOnPaper(locale, 'storage'), columns),
    ...figureRows(media, columns),
    ...section(sayOnPaper(locale, 'cells'), columns),
    ...figureRows(cells, columns),
  ];
};

const powerPart = (
  data: ReadinessReportData,
  { locale, columns }: PaperSetting,
): readonly PaperElement[] => {
  const { power } = data;
  const charge =
    power.batteryPercent === null
      ? sayOnPaper(locale, 'unknown')
      : `${Math.round(power.batteryPercent)} %`;
  return [
    ...section(sayOnPaper(locale, 'power'), columns),
    ...paragraph(sayOnPaper(locale, POWER_TEXTS[power.level]), columns, { bold: true }),
    ...figureRows(
      [
        { label: sayOnPaper(locale, 'batteryCharge'), value: charge },
        ...(data.batteryVolts === null
          ? []
          : [
              {
                label: sayOnPaper(locale, 'batteryVolts'),
                value: `${data.batteryVolts.toFixed(1)} V`,
              },
            ]),
        ...data.stabilizers.map((one) => ({
          label: sayOnPaper(locale, 'stabilizerVolts', { name: one.name }),
          value: [
            `${Math.round(one.inputVolts)} V > ${Math.round(one.outputVolts)} V`,
            sayOnPaper(locale, one.feeding ? 'feeds' : 'standsBy'),
          ].join(', '),
        })),
      ],
      columns,
    ),
  ];
};

export const composeReadinessReport = (
  data: ReadinessReportData,
  locale: Locale,
  columns: number,
): PaperDocument => {
  const { definition } = data;
  const setting = { locale, columns };
  const ready =
    data.selfTest.every((result) => result.faultCode === null) &&
    data.media.every((medium) => medium.present) &&
    data.cells.every((cell) => cell.present);
  return {
    name: 'readinessReport',
    elements: [
      ...heading(definition, 'readinessReport', setting),
      ...placeLines(definition, setting),
      ...paragraph(`${sayOnPaper(locale, 'date')}: ${data.dateText}`, columns),
      ...paragraph(sayOnPaper(locale, ready ? 'ready' : 'notReady'), columns, {
        align: 'centre',
        bold: true,
      }),
      ...selfTestPart(data, setting),
      ...section(sayOnPaper(locale, 'versions'), columns),
      ...figureRows(
        data.versions.map((one) => ({ label: one.name, value: one.value })),
        columns,
      ),
      ...keysPart(data, setting),
      ...storagePart(data, setting),
      ...powerPart(data, setting),
      ...remarks(
        sayOnPaper(locale, 'warnings'),
        sayOnPaper(locale, 'noWarnings'),
        data.warnings,
        columns,
      ),
      ...signatureLines(definition, setting),
      ...testBanner(definition, setting),
    ],
  };
};
