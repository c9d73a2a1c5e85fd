/**
 * After closing: officers join their shares, one token and PIN at a time, until enough are there; the
 * urn is opened and counted outside this machine, the tally report printed in its copies, the signed
 * result package written. A wrong, forged, repeated or foreign share is named and costs nothing.
 */
import { asWord } from '#firmware/events/catalogue.ts';
import { pinIsLongEnough, typePin } from './officer-check.ts';
import { printReport } from './report.ts';
import { rest } from './rest.ts';
import type { BoothEvent, BoothState, StageOf, TokenRefusal } from './state.ts';
import { type BoothFacts, go, type Handlers, log, park, type Step, tellPhase } from './step.ts';

type Shares = StageOf<'shares'>;

/** After a wrong PIN the officer types again; any other refusal needs another token. */
const refused = (state: BoothState, stage: Shares, refusal: TokenRefusal): Step => {
  const again = refusal === 'wrongPin' ? 'enterPin' : 'removeToken';
  return go(
    state,
    { ...stage, step: state.tokenPresent ? again : 'insertToken', refusal },
    log('tokenRefused', { reason: refusal }),
  );
};

const given = (state: BoothState, stage: Shares, count: number): Step => {
  const joined: Shares = { ...stage, given: Math.min(count, stage.needed), refusal: null };
  if (joined.given < joined.needed)
    return go(state, { ...joined, step: state.tokenPresent ? 'removeToken' : 'insertToken' });
  return go(
    state,
    { name: 'counting', opened: 0, ballots: state.votes },
    log('privateKeyRecovered', { shares: joined.given }),
    log('countingStarted', {}),
    { kind: 'count' },
  );
};

const typeShare = (state: BoothState, stage: Shares, event: BoothEvent): Step | null => {
  if (event.kind === 'tokenRemoved') return go(state, { ...stage, step: 'insertToken', pin: '' });
  if (event.kind !== 'touched') return null;
  if (event.action === 'pin:enter')
    return pinIsLongEnough(stage.pin)
      ? go(
          state,
          { ...stage, step: 'checking', pin: '', refusal: null },
          { kind: 'giveShare', pin: stage.pin },
        )
      : null;
  const pin = typePin(stage.pin, event.action);
  return pin === null ? null : go(state, { ...stage, pin });
};

const stepShares = (
  _facts: BoothFacts,
  state: BoothState,
  stage: Shares,
  event: BoothEvent,
): Step | null => {
  switch (stage.step) {
    case 'insertToken':
      return event.kind === 'tokenInserted'
        ? go(state, { ...stage, step: 'enterPin', pin: '', refusal: null })
        : null;
    case 'enterPin':
      return typeShare(state, stage, event);
    case 'checking':
      if (event.kind === 'shareRefused') return refused(state, stage, event.refusal);
      return event.kind === 'shareGiven' ? given(state, stage, event.given) : null;
    case 'removeToken':
      return event.kind === 'tokenRemoved' ? go(state, { ...stage, step: 'insertToken' }) : null;
  }
};

const stepCounting = (
  facts: BoothFacts,
  state: BoothState,
  stage: StageOf<'counting'>,
  event: BoothEvent,
): Step | null => {
  if (event.kind === 'ballotsOpened') {
    const opened = Math.max(stage.opened, Math.min(event.opened, stage.ballots));
    return go(state, { ...stage, opened });
  }
  if (event.kind === 'notCounted') {
    const [next, effects] = park(state, event.code);
    return [next, [log('countingFailed', { reason: asWord(event.code) }), ...effects]];
  }
  if (event.kind !== 'counted') return null;
  return printReport(
    state,
    { report: 'tally', copy: 1, of: facts.definition.rules.tallyCopies, next: 'nextCopy' },
    log('countingCompleted', { ballots: state.votes }),
  );
};

export const countingHandlers: Handlers<
  'shares' | 'counting' | 'writingResult' | 'finishing' | 'finished'
> = {
  shares: stepShares,
  counting: stepCounting,
  writingResult: (_facts, state, _stage, event) => {
    if (event.kind !== 'resultWritten') return null;
    return event.written
      ? go(state, { name: 'finishing' }, { kind: 'vault', call: 'countPolls' })
      : park(state, 'counting.resultNotWritten');
  },
  finishing: (facts, state, _stage, event) => {
    if (event.kind !== 'vaultDone' || event.call !== 'countPolls') return null;
    const [next, effects] = rest(facts, state);
    return [next, [tellPhase(state), ...effects]];
  },
  finished: (facts, state, stage, event) =>
    event.kind === 'touched' && event.action === 'tally:copy'
      ? printReport(state, {
          report: 'tally',
          copy: stage.copies + 1,
          of: facts.definition.rules.tallyCopies,
          next: 'finished',
        })
      : null,
};
