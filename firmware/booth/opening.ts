/**
 * Opening (Sunday): the presiding officer's token and PIN, the zero report once more, then the polls
 * are open, durably. The clock alone refuses nobody: outside the calendar's window, or with a clock
 * that is not to be believed, a second officer agrees, and that is logged and printed.
 */
import { newCheck, stepCheck } from './officer-check.ts';
import { NOTHING_REMEMBERED, recover } from './recovery.ts';
import { printReport, printSetupReports } from './report.ts';
import { rest } from './rest.ts';
import type { BoothEvent, BoothState, StageOf } from './state.ts';
import {
  also,
  type BoothFacts,
  go,
  type Handlers,
  log,
  park,
  type Step,
  tellPhase,
} from './step.ts';

const printZero = (state: BoothState): Step =>
  state.votes === 0
    ? printReport(state, { report: 'zero', copy: 1, of: 1, next: 'open' })
    : park(state, 'vault.urnNotEmpty');

const passed = (state: BoothState, stage: StageOf<'opening'>, officerId: string): Step => {
  const officers = [...state.officers, officerId];
  if (stage.check.purpose === 'openOverride')
    return printZero({ ...state, officers, override: true });
  if (stage.position === 'duringVoting') return printZero({ ...state, officers });
  const next = { ...state, officers };
  return go(next, { ...stage, check: newCheck(next, 'openOverride') });
};

const stepOpening = (
  facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'opening'>,
  event: BoothEvent,
): Step | null => {
  if (event.kind === 'touched' && event.action === 'officer:cancel') {
    const [next, effects] = rest(facts, state);
    return [next, [{ kind: 'forgetPollbookKey' }, ...effects]];
  }
  const outcome = stepCheck(state, stage.check, event);
  if (outcome === null) return null;
  if (outcome.kind === 'goesOn')
    return go(state, { ...stage, check: outcome.check }, ...outcome.effects);
  const [next, effects] = passed(state, stage, outcome.officerId);
  return [next, [...outcome.effects, ...effects]];
};

export const openingHandlers: Handlers<
  'readyToOpen' | 'openingClock' | 'opening' | 'openingStored'
> = {
  readyToOpen: (facts, state, _stage, event) => {
    if (event.kind === 'mediumLost') return rest(facts, state);
    if (event.kind !== 'touched') return null;
    if (event.action === 'polls:open')
      return go(state, { name: 'openingClock' }, { kind: 'readCalendar' });
    if (event.action !== 'reports:print') return null;
    return state.votes === 0 ? printSetupReports(state) : park(state, 'vault.urnNotEmpty');
  },
  openingClock: (_facts, state, _stage, event) => {
    if (event.kind !== 'calendarRead') return null;
    if (event.position === 'expired')
      return go(
        state,
        { name: 'readyToOpen', problem: 'expired' },
        log('openingRefused', { reason: 'expired' }),
      );
    return go(state, {
      name: 'opening',
      check: newCheck(state, 'open'),
      position: event.position,
    });
  },
  opening: stepOpening,
  openingStored: (facts, state, _stage, event) => {
    // They may be found open all the same, and then the desk has still to get its key.
    if (event.kind === 'vaultFailed' && event.call === 'openPolls')
      return also(recover({ ...state, deskWantsKey: true }, NOTHING_REMEMBERED), {
        kind: 'forgetPollbookKey',
      });
    if (event.kind !== 'vaultDone' || event.call !== 'openPolls') return null;
    const opened = log('pollsOpened', { override: state.override });
    const [next, effects] = rest(facts, { ...state, deskWantsKey: false });
    return [next, [opened, tellPhase(state), { kind: 'givePollbookKey' }, ...effects]];
  },
};
