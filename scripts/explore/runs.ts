/**
 * What is explored: runs that differ in who is there and in what breaks. Where faults are counted, all
 * kinds of them mix freely; where they are not, those of one kind come as often as they like.
 */
import { BOOTH_MUTANTS } from './booth-mutants.ts';
import { DESK_MUTANTS } from './desk-mutants.ts';
import { exploreUnit, makeUnit } from './explore.ts';
import { exploreSupervisor } from './explore-supervisor.ts';
import type { Mutant } from './mutant-kit.ts';
import type { Found, SearchOptions } from './search.ts';
import { SUPERVISOR_MUTANTS, type SupervisorMutant } from './supervisor-mutants.ts';
import { FAULTS, type FaultName, type Scope } from './unit.ts';

export type Run =
  | {
      readonly of: 'unit';
      readonly name: string;
      readonly verifyPaper: boolean;
      readonly scope: Scope;
    }
  /** `faultsMost`: null for any number. */
  | { readonly of: 'supervisor'; readonly name: string; readonly faultsMost: number | null };

const run = (
  name: string,
  verifyPaper: boolean,
  voters: 1 | 2,
  faults: readonly FaultName[],
  faultsMost: number | null,
  authentication = false,
): Run => ({
  of: 'unit',
  name,
  verifyPaper,
  scope: { voters, authentication, faults: new Set(faults), faultsMost },
});

const PROCESSES: readonly FaultName[] = ['boothDies', 'deskDies', 'powerCut'];
const PEOPLE_AND_PAPER: readonly FaultName[] = [
  'printFails',
  'printerDown',
  'cutFails',
  'powerLow',
  'voterLeaves',
  'tokenRefused',
  'readerFails',
  'countFails',
  'clockUntrusted',
];

/** The longest first, so that two workers end together. */
export const RUNS: readonly Run[] = [
  run('one voter, any two faults', false, 1, FAULTS, 2),
  run('two voters, any one fault', false, 2, FAULTS, 1),
  run('two voters, any one fault, papers verified', true, 2, FAULTS, 1),
  run(
    'one voter, everything but media and processes, any number of times',
    false,
    1,
    PEOPLE_AND_PAPER,
    null,
  ),
  run('two voters, processes that die, any number of times', false, 2, PROCESSES, null),
  run('one voter, fingers that do not match, nothing breaks', false, 1, [], null, true),
  {
    of: 'supervisor',
    name: 'the supervisor and its processes, every fault any number of times',
    faultsMost: null,
  },
];

/** What the suite does: the same at a size that takes seconds. */
export const SMALL_RUNS: readonly Run[] = [
  run('two voters, nothing breaks', false, 2, [], null),
  run('one voter, papers verified, nothing breaks', true, 1, [], null),
  run(
    'one voter, one process dies or the link is disturbed',
    false,
    1,
    [...PROCESSES, 'linkGarbled'],
    1,
  ),
  run('one voter, one fault of paper, power or people', true, 1, PEOPLE_AND_PAPER, 1),
  { of: 'supervisor', name: 'the supervisor and its processes, any two faults', faultsMost: 2 },
];

export const MUTANTS: readonly (Mutant | SupervisorMutant)[] = [
  ...BOOTH_MUTANTS,
  ...DESK_MUTANTS,
  ...SUPERVISOR_MUTANTS,
];
/** What has to go wrong for a mutation of the supervisor to show. */
const SUPERVISOR_MUTANT_FAULTS = 2;

/** More worlds than any run has; a run that reaches it is told as not complete. */
const STATES_MOST = 40_000_000;
const MUTANT_STATES_MOST = 2_000_000;
/** Different broken rules that one run tells. */
const STOP_AT = 3;

export const explore = (run: Run, onProgress?: SearchOptions['onProgress']): Found => {
  const bounds = { stopAt: STOP_AT, statesMost: STATES_MOST };
  if (run.of === 'supervisor') return exploreSupervisor(bounds, run.faultsMost);
  return exploreUnit(makeUnit(run.scope, run.verifyPaper), {
    ...bounds,
    liveness: true,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
};

export type MutantFound = {
  readonly name: string;
  readonly caught: boolean;
  /** The rule that it breaks first. */
  readonly by: string | null;
  readonly states: number;
};

const foundOf = (mutant: Mutant | SupervisorMutant): Found => {
  const bounds = { stopAt: 1, statesMost: MUTANT_STATES_MOST };
  if (mutant.of === 'supervisor')
    return exploreSupervisor(bounds, SUPERVISOR_MUTANT_FAULTS, mutant.change);
  const { verifyPaper, faults, faultsMost, authentication, change } = mutant;
  const scope: Scope = { voters: 1, authentication, faults: new Set(faults), faultsMost };
  return exploreUnit(makeUnit(scope, verifyPaper, change), { ...bounds, liveness: true });
};

export const exploreMutant = (mutant: Mutant | SupervisorMutant): MutantFound => {
  const { violations, states } = foundOf(mutant);
  const by = violations[0]?.rule ?? null;
  return { name: mutant.name, caught: by !== null, by, states };
};
