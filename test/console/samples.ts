/** A unit as the console may be told of it. */

import { STAGE_NAMES } from '#boot/unit/stages.ts';
import type { ConsoleView } from '#firmware/console/view.ts';
import { UNIT_PARTS } from '#firmware/faults/parts.ts';
import {
  DIAGNOSTIC_LIMITS,
  type Diagnostics,
  type LogLine,
} from '#firmware/messages/diagnostics.ts';

export const AT_MS = Date.UTC(2026, 11, 6, 13, 40);

export const aSnapshot = (change: Partial<Diagnostics> = {}): Diagnostics => ({
  atMs: AT_MS,
  clockTrusted: true,
  upMs: 5_400_000,
  startStages: [],
  stage: 'processes',
  parked: null,
  phase: 'open',
  machineCode: 'K1A8-QCP3-0S4H-QHDW-M4WD',
  release: '1'.repeat(64),
  manifest: {
    version: '1.2.3',
    rollbackIndex: 4,
    files: 1_254,
    compared: 'differs',
    differs: ['changed firmware/booth/step.ts'],
  },
  electionPackage: '2'.repeat(64),
  runtime: '24.21.0',
  processes: [
    { name: 'desk', state: 'running', failures: 0, code: null },
    { name: 'booth', state: 'running', failures: 0, code: null },
  ],
  lastCrash: {
    process: 'booth',
    code: 'bug.step.114',
    last: {
      desk: ['keyPressed', 'fingerRead', 'received'],
      booth: Array.from({ length: 40 }, () => 'recordNotPrinted' as const),
      power: [],
    },
  },
  power: { level: 'battery', batteryPercent: 71, minutesLeft: 190 },
  history: Array.from({ length: 40 }, (_, at) => ({
    atMs: AT_MS + at * 300_000,
    percent: 100 - at,
    level: at < 10 ? ('mains' as const) : ('battery' as const),
  })),
  parts: UNIT_PARTS.map((part) => ({
    part,
    fault: part === 'printer' ? { code: 'printer.jam', atMs: AT_MS } : null,
    faults: part === 'printer' ? 2 : 0,
    last: part === 'printer' ? [{ code: 'printer.jam', atMs: AT_MS }] : [],
    readings: part === 'battery' ? [{ name: 'percent', value: 71 }] : [],
  })),
  log: { entries: 123, usedBytes: 45_000, inStep: ['fixed', 'removable'] },
  counters: { ballotsCast: 12, reportsPrinted: 3, faults: 2, refusals: 1 },
  networks: [{ name: 'eth0', up: false, carrier: false }],
  attached: {
    listed: true,
    missing: ['module'],
    extra: ['usb_1-4_0951_1666'],
    found: ['usb_1-4_0951_1666'],
    more: 0,
  },
  ...change,
});

/** Of a start whose stages said as much as there is room for. */
export const START_STAGES: Diagnostics['startStages'] = STAGE_NAMES.map((stage, at) => ({
  stage,
  code: null,
  detail: `${1_345 + at} ${'x'.repeat(DIAGNOSTIC_LIMITS.stageDetail - 5)}`,
  tookMs: at * 1_234,
}));

export const aLine = (id: string, change: Partial<LogLine> = {}): LogLine => ({
  atMs: AT_MS,
  id,
  disposition: 'other',
  fields: {},
  ...change,
});

export const aView = (change: Partial<ConsoleView> = {}): ConsoleView => ({
  locale: 'en',
  unit: 'rack',
  diagnostics: aSnapshot(),
  log: [aLine('machineStarted'), aLine('printFault', { fields: { code: 'printer.jam' } })],
  ...change,
});
