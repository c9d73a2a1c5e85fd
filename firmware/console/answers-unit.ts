/** Answers about the unit as a whole: status, power, media, time, release, what is attached. */
import { sayAtConsole } from '../locale/console.ts';
import { faultText } from '../locale/faults.ts';
import { startUpText } from '../locale/start-up.ts';
import { partName } from '../locale/unit-parts.ts';
import type { PollsPhase } from '../messages/catalogue.ts';
import type { Diagnostics, ManifestDiagnosis, PowerSample } from '../messages/diagnostics.ts';
import { SCREEN_COLUMNS, wrap } from './table.ts';
import { answering, type ConsoleView, type Outcome } from './view.ts';

/** UTC to the minute. */
export const timeText = (atMs: number): string =>
  new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');

const sized = (bytes: number): string => {
  const [value, unit] =
    bytes >= 1e9 ? [bytes / 1e9, 'GB'] : bytes >= 1e6 ? [bytes / 1e6, 'MB'] : [bytes / 1e3, 'kB'];
  return `${value.toFixed(value >= 100 ? 0 : 1)} ${unit}`;
};

/** Answers from the snapshot; while there is none, with that. */
export const fromSnapshot = (
  view: ConsoleView,
  make: (diagnostics: Diagnostics) => Outcome,
): Outcome =>
  view.diagnostics === null
    ? answering([sayAtConsole(view.locale, 'notYet')], null, 'notYet')
    : make(view.diagnostics);

const named = (key: string, value: string): string => `${`${key}:`.padEnd(14)}${value}`;

const powerText = ({ locale }: ConsoleView, { power }: Diagnostics): string => {
  if (power === null) return sayAtConsole(locale, 'unknownState');
  const { level, batteryPercent: percent, minutesLeft: minutes } = power;
  return [
    sayAtConsole(locale, `level.${level}`),
    ...(percent === null ? [] : [sayAtConsole(locale, 'power.charge', { percent })]),
    ...(minutes === null ? [] : [sayAtConsole(locale, 'power.left', { minutes })]),
  ].join(', ');
};

const clockText = ({ locale }: ConsoleView, { atMs, clockTrusted }: Diagnostics): string =>
  `${timeText(atMs)} UTC (${sayAtConsole(locale, clockTrusted ? 'trusted' : 'doubtful')})`;

const MEMORIES = [
  ['fixedMemory', 'fixed'],
  ['removableMemory', 'removable'],
] as const;

const mediaLines = (
  { locale }: ConsoleView,
  { parts, log: kept }: Diagnostics,
): readonly string[] =>
  MEMORIES.map(([part, medium]) => {
    const found = parts.find((each) => each.part === part);
    const free = found?.readings.find(({ name }) => name === 'freeBytes')?.value;
    const state = found?.fault?.code ?? sayAtConsole(locale, 'well');
    const step = sayAtConsole(locale, kept?.inStep.includes(medium) === true ? 'yes' : 'no');
    const room = typeof free === 'number' ? `, ${sized(free)}` : '';
    const log = sayAtConsole(locale, 'status.log').toLowerCase();
    return `${partName(locale, part)}: ${state}${room}, ${log}: ${step}`;
  });

/** How far the start has come. */
const stageText = ({ locale }: ConsoleView, { stage, processes }: Diagnostics): string =>
  stage === 'processes' && processes.every(({ state }) => state === 'running')
    ? sayAtConsole(locale, 'status.started')
    : startUpText(locale, `stage.${stage}`);

/** A column a fact, as far as a line goes. What passed before the supervisor ran is told where it was told of. */
const startStageLines = (
  { locale }: ConsoleView,
  { startStages }: Diagnostics,
): readonly string[] => [
  ...(startStages.length === 0 ? [] : ['', `${sayAtConsole(locale, 'status.startStages')}:`]),
  ...startStages.map(({ stage, code, detail, tookMs }, at) => {
    const took = `${(tookMs / 1_000).toFixed(1)} s`.padStart(8);
    const result = code ?? sayAtConsole(locale, 'well');
    return `${String(at + 1).padStart(2)} ${stage.padEnd(11)}${took}  ${result}, ${detail}`.slice(
      0,
      SCREEN_COLUMNS - 1,
    );
  }),
];

export const status = (view: ConsoleView): Outcome =>
  fromSnapshot(view, (diagnostics) => {
    const { locale, unit } = view;
    const say = sayAtConsole;
    const { parts, counters, log, parked, phase, processes, upMs } = diagnostics;
    const minutes = Math.floor(upMs / 60_000);
    const faulty = parts.filter(({ fault }) => fault !== null);
    const lines = [
      `URNA ${unit}  ${say(locale, 'upFor', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })}`,
      named(say(locale, 'status.phase'), say(locale, `phase.${phase ?? 'unknown'}`)),
      named(
        parked === null ? say(locale, 'status.stage') : say(locale, 'status.parked'),
        parked ?? stageText(view, diagnostics),
      ),
      named(
        say(locale, 'status.processes'),
        processes
          .map(({ name, state, code }) => `${name} ${code ?? say(locale, `process.${state}`)}`)
          .join(', '),
      ),
      named(say(locale, 'status.power'), powerText(view, diagnostics)),
      named(say(locale, 'status.clock'), clockText(view, diagnostics)),
      ...mediaLines(view, diagnostics).map((line, at) =>
        named(at === 0 ? say(locale, 'status.media') : '', line).replace(/^: */, ' '.repeat(14)),
      ),
      named(
        say(locale, 'status.log'),
        log === null ? '-' : `${log.entries}, ${sized(log.usedBytes)}`,
      ),
      `${say(locale, 'status.cast')}: ${counters.ballotsCast}`,
      say(locale, 'status.counters', {
        reports: counters.reportsPrinted,
        faults: counters.faults,
        refusals: counters.refusals,
      }),
      '',
      ...(faulty.length === 0
        ? [say(locale, 'status.allWell', { parts: parts.length })]
        : wrap(
            `${say(locale, 'status.faults')}: ${faulty
              .map(({ part, fault }) => `${part} ${fault?.code}`)
              .join(', ')}`,
          )),
      ...startStageLines(view, diagnostics),
    ];
    const {
      history: _history,
      attached: _attached,
      networks: _networks,
      lastCrash: _lastCrash,
      manifest: _manifest,
      ...data
    } = diagnostics;
    return answering(lines, data);
  });

export const media = (view: ConsoleView): Outcome =>
  fromSnapshot(view, (diagnostics) =>
    answering(mediaLines(view, diagnostics), {
      media: diagnostics.parts.filter(({ part }) => MEMORIES.some(([name]) => name === part)),
      log: diagnostics.log,
    }),
  );

export const time = (view: ConsoleView): Outcome =>
  fromSnapshot(view, (diagnostics) => {
    const { atMs, clockTrusted } = diagnostics;
    const clock = diagnostics.parts.find(({ part }) => part === 'clock');
    return answering(
      [
        `${sayAtConsole(view.locale, 'time.unit')} ${clockText(view, diagnostics)}`,
        ...(clock?.fault == null ? [] : [clock.fault.code]),
      ],
      { atMs, clockTrusted, fault: clock?.fault ?? null },
    );
  });

const CHART_ROWS = 8;
const CHART_COLUMNS = SCREEN_COLUMNS - 8;

/** A column a sample, the newest at the right: `#` on battery, `=` on mains. */
export const chargeChart = (history: readonly PowerSample[]): readonly string[] => {
  const samples = history.slice(-CHART_COLUMNS);
  return Array.from({ length: CHART_ROWS }, (_, row) => {
    const floor = ((CHART_ROWS - 1 - row) * 100) / CHART_ROWS;
    const bars = samples.map(({ percent, level }) =>
      percent === null ? '?' : percent <= floor ? ' ' : /mains|degraded/.test(level) ? '=' : '#',
    );
    const mark = row === 0 ? '100' : row === CHART_ROWS / 2 ? ' 50' : '   ';
    return `${mark} |${bars.join('')}`.trimEnd();
  });
};

const STABILIZERS = ['stabilizerA', 'stabilizerB', 'battery'] as const;

export const power = (view: ConsoleView): Outcome =>
  fromSnapshot(view, (diagnostics) => {
    const { parts, history } = diagnostics;
    const supplies = STABILIZERS.flatMap((name) => parts.filter(({ part }) => part === name));
    const lines = [
      powerText(view, diagnostics),
      ...supplies.map(
        ({ part, readings, fault }) =>
          `${part.padEnd(12)} ${readings.map(({ name, value }) => `${name} ${value}`).join(', ')}${
            fault === null ? '' : `  ${fault.code}`
          }`,
      ),
      '',
      ...(history.length === 0
        ? [sayAtConsole(view.locale, 'power.noChart')]
        : [sayAtConsole(view.locale, 'power.chart'), ...chargeChart(history)]),
    ];
    return answering(lines, { power: diagnostics.power, supplies, history });
  });

const manifestLines = (
  { locale }: ConsoleView,
  manifest: ManifestDiagnosis | null,
): readonly string[] => {
  if (manifest === null) return [sayAtConsole(locale, 'release.noManifest')];
  const { version, rollbackIndex: index, files, compared, differs } = manifest;
  return [
    sayAtConsole(locale, 'release.manifest', { version, index, files }),
    sayAtConsole(locale, `release.${compared}`),
    ...differs.flatMap((each) => wrap(each, 2)),
  ];
};

/** Whether a network may be up: only what is counted and signed goes out. */
export const mayTransmit = (phase: PollsPhase | null): boolean =>
  phase === 'closed' || phase === 'counted';

export const network = (view: ConsoleView): Outcome =>
  fromSnapshot(view, ({ networks, phase }) => {
    const { locale } = view;
    const say = sayAtConsole;
    if (networks === null) return answering([say(locale, 'unknownState')], null, 'noAnswer');
    const free = mayTransmit(phase);
    const up = networks.some((each) => each.up);
    return answering(
      [
        ...(networks.length === 0 ? [say(locale, 'network.none')] : []),
        ...networks.map(
          (each) =>
            `${each.name.padEnd(16)} ${say(locale, each.up ? 'network.up' : 'network.down')}, ${say(
              locale,
              each.carrier ? 'network.carrier' : 'network.noCarrier',
            )}`,
        ),
        say(locale, free ? 'network.mayBeUp' : 'network.mustBeDown'),
        ...(up && !free ? wrap(faultText(locale, 'unit.networkUp').remedy) : []),
      ],
      { networks, closed: free },
      up && !free ? 'unit.networkUp' : null,
    );
  });

export const release = (view: ConsoleView): Outcome =>
  fromSnapshot(view, ({ release: digest, manifest, electionPackage, runtime, machineCode }) =>
    answering(
      [
        `release  ${digest ?? '-'}`,
        `package  ${electionPackage ?? '-'}`,
        `machine  ${machineCode ?? '-'}`,
        `Node     ${runtime}`,
        ...manifestLines(view, manifest),
      ],
      { release: digest, electionPackage, machineCode, runtime, manifest },
      manifest?.compared === 'differs' ? 'unit.filesChanged' : null,
    ),
  );

export const attachedParts = (view: ConsoleView): Outcome =>
  fromSnapshot(view, ({ attached }) => {
    const { listed, missing, extra, found, more } = attached;
    const say = sayAtConsole;
    const differs = missing.length > 0 || extra.length > 0;
    return answering(
      [
        ...(listed
          ? differs
            ? [
                ...missing.map((each) => `${say(view.locale, 'parts.missing')}: ${each}`),
                ...extra.map((each) => `${say(view.locale, 'parts.extra')}: ${each}`),
              ]
            : [say(view.locale, 'parts.asListed')]
          : [say(view.locale, 'parts.noList')]),
        ...found.map((each) => `  ${each}`),
        ...(more > 0 ? [say(view.locale, 'parts.more', { count: more })] : []),
      ],
      attached,
    );
  });
