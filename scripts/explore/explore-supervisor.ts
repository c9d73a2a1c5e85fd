/** The exploration of the supervisor over its two processes: every fault, at every point. */
import { SUPERVISOR } from '#firmware/supervisor/supervisor.ts';
import { PROCESSES } from '#firmware/supervisor/unit-line.ts';
import type { Found } from './search.ts';
import { searchSmall } from './small-search.ts';
import {
  firstWorld,
  type SupervisorMachine,
  type SupervisorWorld,
  supervisorMoves,
} from './supervisor-world.ts';

export type SupervisorChange = (machine: SupervisorMachine) => SupervisorMachine;

const hasEnded = ({ state, children }: SupervisorWorld): boolean =>
  state.end === 'ended' && PROCESSES.every((name) => children[name].life === 'off');

const serves = ({ state, children }: SupervisorWorld): boolean =>
  state.parked === null &&
  state.end === 'no' &&
  PROCESSES.every((name) => state.processes[name].begun && children[name].machine === 'runs');

/** Nothing has gone wrong that is not mended by now. */
const isSound = ({ state, children }: SupervisorWorld): boolean =>
  state.parked === null &&
  state.end === 'no' &&
  PROCESSES.every(
    (name) =>
      children[name].life !== 'leaving' &&
      !children[name].hung &&
      children[name].machine !== 'still',
  );

export const exploreSupervisor = (
  options: { readonly stopAt: number; readonly statesMost: number },
  faultsMost: number | null,
  change: SupervisorChange = (machine) => machine,
): Found => {
  const machine = change(SUPERVISOR);
  return searchSmall(
    {
      first: firstWorld(machine),
      next: supervisorMoves(machine, faultsMost),
      goals: [
        { rule: 'from here no way leads to a safe end', from: () => true, is: hasEnded },
        { rule: 'from here the unit can not serve any more', from: isSound, is: serves },
      ],
    },
    options,
  );
};
