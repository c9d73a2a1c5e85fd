/**
 * What the keys of the operator's station do, mode by mode. Digits type; `plus` changes V to E; ENTER
 * goes on; CLEAR goes back; ERASE takes one digit away; `times` (instead of ENTER) takes a companion
 * along; `minus` at the finger says that the voter has no upper limbs.
 */
import type { StationKey } from '#hal/operator-station.ts';
import { hasVoted, release } from './desk-content.ts';
import {
  admissionGateOf,
  askProof,
  authenticate,
  concludeWithoutMatch,
  type DeskStep,
  enter,
  gateOf,
  logged,
  notify,
  type OpenDesk,
  proofsFor,
  record,
  refuse,
} from './moves.ts';
import { ID_DIGITS_MAX, nationalIdOf } from './national-id.ts';
import { CODE_DIGITS } from './pollbook.ts';
import { retryReader } from './reader.ts';
import {
  type DeskEffect,
  type DeskMode,
  type DeskSettings,
  NOTHING_TYPED,
  type Purpose,
  READY,
  type Typed,
} from './state.ts';

type ModeOf<Kind extends DeskMode['kind']> = Extract<DeskMode, { readonly kind: Kind }>;

const RELEASED: DeskMode = { kind: 'notice', notice: { text: 'released' } };

const isDigit = (key: StationKey): boolean => /^[0-9]$/.test(key);

const noUse = (state: OpenDesk, key: StationKey): DeskStep =>
  refuse(state, 'keyPressed', `${key} does nothing here`);

/** What typing makes of an ID; null: the key types nothing. */
const typeId = (typed: Typed, key: StationKey): Typed | null => {
  if (isDigit(key))
    return typed.digits.length < ID_DIGITS_MAX ? { ...typed, digits: typed.digits + key } : typed;
  if (key === 'erase') return { ...typed, digits: typed.digits.slice(0, -1) };
  if (key === 'plus') return { ...typed, prefix: typed.prefix === 'V' ? 'E' : 'V' };
  return null;
};

const openDialog = (state: OpenDesk, purpose: Purpose): DeskStep =>
  askProof(state, { purpose, proofs: proofsFor(state, purpose), codes: [] });

const refusedVoter = (reason: string): DeskEffect =>
  logged({ id: 'voterRefused', fields: { reason } });

const lookUp = (
  state: OpenDesk,
  typed: Typed,
  accompanied: boolean,
  settings: DeskSettings,
): DeskStep => {
  const parsed = nationalIdOf(typed.prefix, typed.digits);
  if (!parsed.ok) return notify(state, { text: 'idMalformed' }, [refusedVoter('malformedId')]);
  const nationalId = parsed.value;
  const voter = state.roster.indexOf.get(nationalId);
  if (voter === undefined)
    return notify(state, { text: 'idUnknown', nationalId }, [refusedVoter('unknownId')]);
  if (hasVoted(state.content, voter))
    return notify(state, { text: 'alreadyVoted', nationalId }, [refusedVoter('alreadyVoted')]);
  if (accompanied) return enter(state, { kind: 'companion', voter, typed: NOTHING_TYPED });
  return authenticate(state, { voter, companion: null }, settings);
};

const readyKey = (
  state: OpenDesk,
  mode: ModeOf<'ready'>,
  key: StationKey,
  settings: DeskSettings,
): DeskStep => {
  const gate = gateOf(state);
  if (gate === 'locked' && key === 'enter') return openDialog(state, { kind: 'clearLock' });
  if (gate !== null) return refuse(state, 'keyPressed', gate);
  if (key === 'clear') return enter(state, READY);
  if (key === 'enter' || key === 'times')
    return lookUp(state, mode.typed, key === 'times', settings);
  const typed = typeId(mode.typed, key);
  return typed === null ? noUse(state, key) : enter(state, { kind: 'ready', typed });
};

const companionKey = (
  state: OpenDesk,
  mode: ModeOf<'companion'>,
  key: StationKey,
  settings: DeskSettings,
): DeskStep => {
  if (key === 'clear') return enter(state, READY);
  if (key !== 'enter') {
    const typed = typeId(mode.typed, key);
    return typed === null ? noUse(state, key) : enter(state, { ...mode, typed });
  }
  const parsed = nationalIdOf(mode.typed.prefix, mode.typed.digits);
  if (!parsed.ok) return notify(state, { text: 'idMalformed' });
  const nationalId = parsed.value;
  if (state.roster.voters[mode.voter]?.nationalId === nationalId)
    return notify(state, { text: 'companionSelf', nationalId }, [refusedVoter('companionSelf')]);
  if (state.content.companions.includes(nationalId))
    return notify(state, { text: 'companionTwice', nationalId }, [refusedVoter('companionTwice')]);
  return authenticate(state, { voter: mode.voter, companion: nationalId }, settings);
};

const codeKey = (state: OpenDesk, mode: ModeOf<'officerCode'>, key: StationKey): DeskStep => {
  if (key === 'clear') return enter(state, READY);
  if (mode.operation !== null) return refuse(state, 'keyPressed', 'a code is being checked');
  if (isDigit(key))
    return mode.digits.length < CODE_DIGITS
      ? enter(state, { ...mode, digits: mode.digits + key, refusal: null })
      : refuse(state, 'keyPressed', 'the code is complete');
  if (key === 'erase') return enter(state, { ...mode, digits: mode.digits.slice(0, -1) });
  if (key !== 'enter') return noUse(state, key);
  const proof = mode.dialog.proofs[0];
  if (mode.digits.length !== CODE_DIGITS || proof === undefined || proof === 'print')
    return refuse(state, 'keyPressed', 'the code is not complete');
  const operation = state.operations + 1;
  return enter({ ...state, operations: operation }, { ...mode, operation }, [
    { kind: 'checkCode', operation, code: proof, digits: mode.digits },
  ]);
};

const fingerKey = (
  state: OpenDesk,
  mode: ModeOf<'finger'>,
  key: StationKey,
  settings: DeskSettings,
): DeskStep => {
  const cancel: DeskEffect = { kind: 'cancelFinger' };
  if (key === 'clear') return enter(state, READY, [cancel]);
  if (key !== 'minus' || mode.subject.kind !== 'voter') return noUse(state, key);
  const [next, effects] = concludeWithoutMatch(
    state,
    mode.subject.candidate,
    'noUpperLimbs',
    settings,
  );
  return [next, [cancel, ...effects]];
};

const choiceKey = (state: OpenDesk, mode: ModeOf<'pendingChoice'>, key: StationKey): DeskStep => {
  if (mode.confirming) {
    if (key === 'clear') return enter(state, { ...mode, confirming: false });
    if (key !== 'enter') return noUse(state, key);
    return record(state, release(state.content), RELEASED, [
      { id: 'admissionReleased', fields: {} },
    ]);
  }
  if (key === '2') return enter(state, { ...mode, confirming: true });
  if (key !== '1') return noUse(state, key);
  const gate = admissionGateOf(state);
  if (gate !== null) return refuse(state, 'keyPressed', gate);
  return enter(state, { kind: 'tokenDue' }, [logged({ id: 'admissionRenewed', fields: {} })]);
};

const tokenDueKey = (state: OpenDesk, key: StationKey): DeskStep =>
  key === 'clear'
    ? record(state, release(state.content), RELEASED, [{ id: 'admissionReleased', fields: {} }])
    : noUse(state, key);

/** A key of the operator. */
export const keyPressed = (state: OpenDesk, key: StationKey, settings: DeskSettings): DeskStep => {
  const { mode } = state;
  switch (mode.kind) {
    case 'ready':
      return readyKey(state, mode, key, settings);
    case 'notice':
      // The next ID may be typed over a notice.
      return (isDigit(key) || key === 'plus') && gateOf(state) === null
        ? readyKey(state, { kind: 'ready', typed: NOTHING_TYPED }, key, settings)
        : enter(state, READY);
    case 'companion':
      return companionKey(state, mode, key, settings);
    case 'finger':
      return fingerKey(state, mode, key, settings);
    case 'readerFault':
      if (key === 'enter') return retryReader(state, mode);
      return key === 'clear' ? enter(state, READY) : noUse(state, key);
    case 'needsOfficer':
      if (key === 'enter')
        return openDialog(state, {
          kind: 'authorise',
          candidate: mode.candidate,
          outcome: mode.outcome,
        });
      return key === 'clear' ? enter(state, READY) : noUse(state, key);
    case 'officerCode':
      return codeKey(state, mode, key);
    case 'held':
      return key === 'clear' ? enter(state, READY) : noUse(state, key);
    case 'tokenDue':
      return tokenDueKey(state, key);
    case 'pendingChoice':
      return choiceKey(state, mode, key);
    case 'recording':
    case 'atBooth':
    case 'noPollbook':
    case 'opening':
    case 'parked':
      return refuse(state, 'keyPressed', mode.kind);
  }
};
