/** From what a unit's console answered to what is wrong with which part, and what to do. Pure. */
import type { Locale } from '#firmware/election/definition.ts';
import { isUnitPart, partOfFault, type UnitPart } from '#firmware/faults/parts.ts';
import { faultText } from '#firmware/locale/faults.ts';
import type { TestResult } from '#firmware/messages/console-catalogue.ts';
import type { Diagnostics } from '#firmware/messages/diagnostics.ts';

export type FieldFinding = {
  readonly part: UnitPart;
  readonly code: string;
  readonly remedy: string;
  readonly explanation: string;
};

/** All that was asked and answered. */
export type Evidence = {
  readonly diagnostics: Diagnostics;
  readonly tests: readonly TestResult[];
  /** The laptop's own time, ms since 1970; null: not to be compared. */
  readonly nowMs: number | null;
  /** Digest of the release that should run, hex; null: not told. */
  readonly release: string | null;
};

/** A unit whose clock is further off than this has a wrong one. */
export const MOST_OFF_MS = 10 * 60_000;

type Raw = { readonly part: UnitPart; readonly code: string };

const faultsNow = ({ diagnostics }: Evidence): readonly Raw[] =>
  diagnostics.parts.flatMap(({ part, fault }) =>
    fault === null ? [] : [{ part, code: fault.code }],
  );

const testsFailed = ({ tests }: Evidence): readonly Raw[] =>
  tests.flatMap(({ part, code }) => (code === null ? [] : [{ part, code }]));

const compared = ({ diagnostics, nowMs, release }: Evidence): readonly Raw[] => [
  ...(nowMs !== null && Math.abs(diagnostics.atMs - nowMs) > MOST_OFF_MS
    ? [{ part: 'clock' as const, code: 'machine.clockDoubtful' }]
    : []),
  ...(release !== null && diagnostics.release !== null && diagnostics.release !== release
    ? [{ part: 'release' as const, code: 'unit.otherRelease' }]
    : []),
  ...(diagnostics.attached.extra.length > 0
    ? [{ part: 'attached' as const, code: 'unit.partExtra' }]
    : []),
  ...(diagnostics.attached.missing.length > 0
    ? [{ part: 'attached' as const, code: 'unit.partMissing' }]
    : []),
];

/** What says why the unit stands still, where no part says it already. */
const parked = ({ diagnostics }: Evidence): readonly Raw[] =>
  diagnostics.parked === null
    ? []
    : [{ part: partOfFault(diagnostics.parked), code: diagnostics.parked }];

/** One finding a part and code, in the order in which a technician goes about them. */
export const findingsOf = (evidence: Evidence, locale: Locale): readonly FieldFinding[] => {
  const raw = [
    ...faultsNow(evidence),
    ...testsFailed(evidence),
    ...compared(evidence),
    ...parked(evidence),
  ];
  const seen = new Map<string, Raw>();
  for (const each of raw) if (isUnitPart(each.part)) seen.set(`${each.part} ${each.code}`, each);
  return [...seen.values()].map(({ part, code }) => ({ part, code, ...faultText(locale, code) }));
};
