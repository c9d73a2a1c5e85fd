/** Mutations of the supervisor's `step`: each drops a guard, changes or forgets an effect, or ignores an event. */
import type {
  SupervisorEffect,
  SupervisorEvent,
  SupervisorState,
  SupervisorStep,
} from '#firmware/supervisor/state.ts';
import { PROCESSES } from '#firmware/supervisor/unit-line.ts';
import type { SupervisorChange } from './explore-supervisor.ts';

export type SupervisorMutant = {
  readonly of: 'supervisor';
  readonly name: string;
  readonly change: SupervisorChange;
};

type Is = (event: SupervisorEvent) => boolean;
const is =
  (...kinds: readonly SupervisorEvent['kind'][]): Is =>
  ({ kind }) =>
    kinds.includes(kind);

const mutant = (name: string, change: SupervisorChange): SupervisorMutant => ({
  of: 'supervisor',
  name: `supervisor: ${name}`,
  change,
});

type StepFunction = (state: SupervisorState, event: SupervisorEvent) => SupervisorStep;
const steps =
  (make: (step: StepFunction) => StepFunction): SupervisorChange =>
  (machine) => ({ ...machine, step: make(machine.step) });

const ignores = (ignored: Is): SupervisorChange =>
  steps((step) => (state, event) => (ignored(event) ? [state, []] : step(state, event)));

/** It believes something else of itself when it takes such an event. */
const believes = (when: Is, see: (state: SupervisorState) => SupervisorState): SupervisorChange =>
  steps((step) => (state, event) => step(when(event) ? see(state) : state, event));

/** Effects of such an event are others on their way out. */
const asks = (
  when: Is,
  ask: (effect: SupervisorEffect) => readonly SupervisorEffect[],
): SupervisorChange =>
  steps((step) => (state, event) => {
    const [next, effects] = step(state, event);
    if (!when(event)) return [next, effects];
    const own: SupervisorStep[1] = effects.flatMap((effect): SupervisorStep[1] =>
      effect.kind === 'refuse' ? [effect] : ask(effect),
    );
    return [next, own];
  });
const forgets = (kind: SupervisorEffect['kind'], when: Is = () => true): SupervisorChange =>
  asks(when, (effect) => (effect.kind === kind ? [] : [effect]));

const everyProcess = (
  state: SupervisorState,
  change: Partial<SupervisorState['processes']['desk']>,
): SupervisorState => ({
  ...state,
  processes: {
    desk: { ...state.processes.desk, ...change },
    booth: { ...state.processes.booth, ...change },
  },
});

export const SUPERVISOR_MUTANTS: readonly SupervisorMutant[] = [
  mutant(
    'forgets that a process failed before',
    believes(is('processEnded'), (state) => everyProcess(state, { failures: 0 })),
  ),
  mutant(
    'gives a process up that was never started anew',
    believes(is('processEnded'), (state) => everyProcess(state, { failures: 1 })),
  ),
  mutant('does not tell who runs to stand still', forgets('park', is('parkCalled'))),
  mutant('does not tell a fresh process to stand still', forgets('park', is('processEnded'))),
  mutant(
    'gives its work to a process that is started for its screen',
    asks(is('processEnded'), (effect) =>
      effect.kind === 'park'
        ? [{ kind: 'introduce', process: effect.process, work: true }]
        : [effect],
    ),
  ),
  mutant(
    'begins the work in safe mode',
    asks(is('startedUp'), (effect) =>
      effect.kind === 'watchUnit'
        ? [
            effect,
            ...PROCESSES.map((process) => ({ kind: 'introduce' as const, process, work: true })),
          ]
        : [effect],
    ),
  ),
  mutant('never begins the work', forgets('introduce', is('startedUp'))),
  mutant(
    'never gives its work to a process that was started anew',
    forgets('introduce', is('processEnded')),
  ),
  mutant(
    'starts in the end what fails',
    believes(is('processEnded'), (state) => ({ ...state, end: 'no' })),
  ),
  mutant('does not end who is silent', forgets('killProcess', is('fellSilent'))),
  mutant('does not tell anybody to stop', forgets('stopProcess')),
  mutant('waits for ever for who does not stop', ignores(is('stopLimitPassed'))),
  mutant('ends who does not stop in words alone', forgets('killProcess', is('stopLimitPassed'))),
  mutant(
    'lets go of everything while processes run',
    asks(is('shutDownCalled'), (effect) =>
      effect.kind === 'stopProcess' && effect.process === 'desk'
        ? [effect, { kind: 'closeUnit' }]
        : [effect],
    ),
  ),
  mutant('never lets go of anything', forgets('closeUnit')),
  mutant(
    'ends in the middle of the start',
    believes(is('shutDownCalled'), (state) =>
      state.start === 'underWay' ? { ...state, start: 'done' } : state,
    ),
  ),
  mutant('does not hear that all is let go', ignores(is('unitClosed'))),
  mutant('does not hear that it can not start', ignores(is('startFailed'))),
  mutant('goes on without a log', ignores(is('logStuck'))),
  mutant('does not hear a call for safe mode', ignores(is('parkCalled'))),
  mutant(
    'lets a second call change the code',
    believes(is('parkCalled', 'logStuck'), (state) => ({ ...state, parked: null })),
  ),
  mutant('shows nobody that it stands still', forgets('showParked')),
  mutant('reports no crash', forgets('reportCrash')),
  mutant('leaves the pollbook’s key where it was', forgets('erasePollbookKey')),
  mutant('does not tell the power policy that all is durable', forgets('reportParkingDone')),
  mutant('does not hear officers who want it restarted', forgets('restartUnit')),
];
