/** What may be wrong with one step of the booth by itself: what it asks for, compared with where it was. */
import {
  type BoothEffect,
  type BoothState,
  bothInStep,
  powerIsCritical,
  powerIsLow,
} from '#firmware/booth/state.ts';
import { isBlank } from '#firmware/election/contest-rules.ts';
import type { BoothTableEvent } from './booth-table.ts';

type Rule = (
  before: BoothState,
  event: BoothTableEvent,
  after: BoothState,
  effects: readonly BoothEffect[],
) => string | null;

/** Sealed is what was marked; nothing at all where time ran out or the voter left. */
const sealsWhatWasMarked: Rule = ({ stage }, _event, after, effects) => {
  const prepare = effects.find((effect) => effect.kind === 'prepareVote');
  if (prepare === undefined) return null;
  if (stage.name === 'expired')
    return isBlank(prepare.marks) ? null : 'a vote whose time expired is not null';
  if (stage.name !== 'ballot') return `a vote is sealed in ${stage.name}`;
  const left = after.stage.name === 'preparing' && after.stage.left;
  if (left) return isBlank(prepare.marks) ? null : 'the vote of a voter who left is not null';
  return JSON.stringify(prepare.marks) === JSON.stringify(stage.marks)
    ? null
    : 'another vote is sealed than was marked';
};

const NO_ADMISSION = ['parked', 'suspended', 'resuming', 'closingStored', 'resting', 'recovering'];

const admitsWhereItMay: Rule = (before, event, after, effects) => {
  if (!effects.some((effect) => effect.kind === 'vault' && effect.call === 'activate')) return null;
  if (event.kind !== 'received' || event.message.kind !== 'admission')
    return 'a ballot without admission';
  if (!before.idleTold) return 'an admission that nobody asked for is served';
  if (NO_ADMISSION.includes(before.stage.name))
    return `an admission is served in ${before.stage.name}`;
  if (before.polls !== 'open') return `an admission is served while the polls are ${before.polls}`;
  if (!bothInStep(after)) return 'an admission is served on one medium';
  return powerIsCritical(after) ? 'an admission is served on the last of the battery' : null;
};

const saysIdleWhereItMay: Rule = (_before, _event, after, effects) => {
  if (!effects.some((effect) => effect.kind === 'send' && effect.message.kind === 'idle'))
    return null;
  // An officer whose token was in before stands at the booth at once.
  if (after.stage.name !== 'waiting' && after.stage.name !== 'officer')
    return `idle is said in ${after.stage.name}`;
  return powerIsLow(after) ? 'another voter is asked for on a low battery' : null;
};

const countsAfterClosing: Rule = ({ polls }, _event, _after, effects) => {
  const tally = effects.some(
    (effect) =>
      effect.kind === 'count' ||
      effect.kind === 'giveShare' ||
      effect.kind === 'writeResult' ||
      (effect.kind === 'printReport' && effect.report === 'tally'),
  );
  return tally && polls !== 'closed' && polls !== 'counted'
    ? `a tally while polls are ${polls}`
    : null;
};

/** Outside the calendar's window two officers open and close. */
const asksTheSecondOfficer: Rule = (before, event, after, effects) => {
  const { stage } = after;
  if (stage.name === 'closingQueue' && before.stage.name === 'closingClock') {
    const inTime =
      event.kind === 'calendarRead' && ['afterClosing', 'expired'].includes(event.position);
    if (!inTime) return 'the polls close before their time and nobody else agreed';
  }
  if (stage.name === 'closingQueue' && before.stage.name === 'closingOverride')
    if (after.officers.length < 2) return 'one officer closes the polls before their time';
  const zero = effects.some((effect) => effect.kind === 'printReport' && effect.report === 'zero');
  if (!zero || before.stage.name !== 'opening') return null;
  const needed = before.stage.position === 'duringVoting' ? 1 : 2;
  return after.officers.length < needed ? 'the polls open and not enough officers agreed' : null;
};

const OVERRIDES = ['openOverride', 'closeOverride'];

/** What only the presiding officer may do no other officer's token opens. */
const asksThePresidingOfficer: Rule = (before, event, after) => {
  if (event.kind !== 'tokenChecked' || event.presiding) return null;
  const { stage } = before;
  const check = 'check' in stage ? stage.check : stage.name === 'ballot' ? stage.officer : null;
  if (check === null || typeof check === 'string' || check.step !== 'checking') return null;
  if (OVERRIDES.includes(check.purpose)) return null;
  const same = after.stage.name === stage.name;
  const still = same && 'check' in after.stage ? after.stage.check : null;
  const ballot = same && after.stage.name === 'ballot' ? after.stage.officer : null;
  const left = still ?? ballot;
  return left !== null && typeof left !== 'string' && left.step !== 'checking'
    ? null
    : `any officer's token does for ${check.purpose}`;
};

const RULES: readonly Rule[] = [
  sealsWhatWasMarked,
  admitsWhereItMay,
  saysIdleWhereItMay,
  countsAfterClosing,
  asksTheSecondOfficer,
  asksThePresidingOfficer,
];

export const judgeBooth: Rule = (before, event, after, effects) => {
  for (const rule of RULES) {
    const wrong = rule(before, event, after, effects);
    if (wrong !== null) return wrong;
  }
  return null;
};
