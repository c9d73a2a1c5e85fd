/**
 * Installation (Friday): self-test, ceremony, readiness report, zero report, power off. The ceremony
 * makes the precinct's key pair and puts what each officer carries onto a token under a PIN of the
 * officer's own; then the private key is gone, and the vault is set up for the public one. The
 * readiness report comes after it, since the fingerprint of that key is on it.
 */
import { asWord } from '#firmware/events/catalogue.ts';
import { pinIsLongEnough, typePin } from './officer-check.ts';
import { printSetupReports } from './report.ts';
import { type BoothEvent, type BoothState, SELF_CHECKS, type StageOf } from './state.ts';
import { type BoothFacts, go, type Handlers, log, park, type Step, tellPhase } from './step.ts';
import { isWeakPin } from './weak-pin.ts';

type Ceremony = StageOf<'ceremony'>;

export const startSelfTest = (state: BoothState): Step =>
  go(
    state,
    {
      name: 'selfTest',
      checks: SELF_CHECKS.map((check) => ({ check, result: 'pending' })),
      ended: false,
    },
    { kind: 'runSelfTest' },
  );

/** Every officer carries a token: shares, the pollbook's key, or the right to agree to an override. */
const officersOf = (facts: BoothFacts): readonly string[] =>
  facts.definition.officers.map(({ id }) => id);

const startCeremony = (facts: BoothFacts, state: BoothState): Step =>
  go(
    state,
    {
      name: 'ceremony',
      step: 'makingKeys',
      officerIds: officersOf(facts),
      officer: 0,
      pin: '',
      firstPin: '',
      problem: null,
    },
    log('ceremonyStarted', {}),
    { kind: 'makeKeys' },
  );

/** The next officer's turn; after the last one the private key is erased and the vault set up. */
const nextOfficer = (state: BoothState, stage: Ceremony): Step => {
  const officer = stage.officer + 1;
  if (officer < stage.officerIds.length)
    return go(state, { ...stage, step: 'insertToken', officer, problem: null });
  return go(state, { ...stage, step: 'storing', problem: null }, { kind: 'setUpVault' });
};

const clearPins = { pin: '', firstPin: '' } as const;

const enterPin = (state: BoothState, stage: Ceremony): Step | null => {
  if (stage.step === 'choosePin') {
    if (!pinIsLongEnough(stage.pin))
      return go(state, { ...stage, pin: '', problem: 'pinTooShort' });
    return isWeakPin(stage.pin)
      ? go(state, { ...stage, pin: '', problem: 'pinWeak' })
      : go(state, { ...stage, step: 'repeatPin', pin: '', firstPin: stage.pin, problem: null });
  }
  // The second tap of a double tap: nothing was repeated yet.
  if (stage.pin === '') return null;
  if (stage.pin !== stage.firstPin)
    return go(state, { ...stage, ...clearPins, step: 'choosePin', problem: 'pinsDiffer' });
  return go(
    state,
    { ...stage, ...clearPins, step: 'writing', problem: null },
    { kind: 'writeToken', officerId: stage.officerIds[stage.officer] ?? '', pin: stage.pin },
  );
};

const choosePin = (state: BoothState, stage: Ceremony, event: BoothEvent): Step | null => {
  if (event.kind === 'tokenRemoved')
    return go(state, { ...stage, ...clearPins, step: 'insertToken' });
  if (event.kind !== 'touched') return null;
  if (event.action === 'pin:enter') return enterPin(state, stage);
  const pin = typePin(stage.pin, event.action);
  return pin === null ? null : go(state, { ...stage, pin });
};

const written = (state: BoothState, stage: Ceremony, event: BoothEvent): Step | null => {
  if (event.kind === 'tokenNotWritten')
    return go(state, {
      ...stage,
      step: state.tokenPresent ? 'removeToken' : 'insertToken',
      problem: event.problem,
    });
  if (event.kind !== 'tokenWritten') return null;
  const officer = asWord(stage.officerIds[stage.officer] ?? '');
  const [next, effects] = state.tokenPresent
    ? go(state, { ...stage, step: 'removeToken', problem: null })
    : nextOfficer(state, stage);
  return [next, [log('shareWritten', { officer }), ...effects]];
};

const setUp = (facts: BoothFacts, state: BoothState, event: BoothEvent): Step | null => {
  if (event.kind === 'vaultFailed' && event.call === 'setUp') return park(state, 'vault.notSetUp');
  if (event.kind !== 'vaultDone' || event.call !== 'setUp') return null;
  return printSetupReports(
    state,
    log('privateKeyErased', {}),
    log('ceremonyCompleted', {
      shares: facts.definition.officers.filter(({ holdsShare }) => holdsShare).length,
      threshold: facts.definition.rules.shareThreshold,
    }),
    log('pollsReady', {}),
    tellPhase(state),
  );
};

const stepCeremony = (
  facts: BoothFacts,
  state: BoothState,
  stage: Ceremony,
  event: BoothEvent,
): Step | null => {
  switch (stage.step) {
    case 'makingKeys':
      if (event.kind !== 'keysMade') return null;
      return state.tokenPresent
        ? go(state, { ...stage, step: 'removeToken', problem: 'leftInSlot' })
        : go(state, { ...stage, step: 'insertToken' });
    case 'insertToken':
      return event.kind === 'tokenInserted' ? go(state, { ...stage, step: 'choosePin' }) : null;
    case 'choosePin':
    case 'repeatPin':
      return choosePin(state, stage, event);
    case 'writing':
      return written(state, stage, event);
    case 'removeToken':
      if (event.kind !== 'tokenRemoved') return null;
      if (stage.problem === null) return nextOfficer(state, stage);
      return go(state, {
        ...stage,
        step: 'insertToken',
        problem: stage.problem === 'leftInSlot' ? null : stage.problem,
      });
    case 'storing':
      return setUp(facts, state, event);
  }
};

export const setupHandlers: Handlers<'selfTest' | 'readyForCeremony' | 'ceremony'> = {
  selfTest: (_facts, state, stage, event) => {
    if (event.kind === 'touched' && event.action === 'selfTest:repeat' && stage.ended)
      return startSelfTest(state);
    if (event.kind !== 'selfCheckDone' || stage.ended) return null;
    const checks = stage.checks.map((each) =>
      each.check === event.check ? { check: each.check, result: event.result } : each,
    );
    const outcome =
      event.result === 'ok'
        ? log('selfTestPassed', { part: event.check })
        : log('selfTestFailed', { part: event.check, code: asWord(event.result) });
    if (checks.some(({ result }) => result === 'pending'))
      return go(state, { ...stage, checks }, outcome);
    if (checks.some(({ result }) => result !== 'ok'))
      return go(state, { ...stage, checks, ended: true }, outcome);
    return go(
      state,
      { name: 'readyForCeremony', problem: null },
      outcome,
      log('readinessReached', {}),
    );
  },
  readyForCeremony: (facts, state, _stage, event) => {
    if (event.kind === 'touched' && event.action === 'ceremony:start')
      return [state, [{ kind: 'readCalendar' }]];
    if (event.kind !== 'calendarRead') return null;
    return event.position === 'expired'
      ? go(state, { name: 'readyForCeremony', problem: 'expired' })
      : startCeremony(facts, state);
  },
  ceremony: stepCeremony,
};
