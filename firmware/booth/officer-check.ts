/**
 * An officer shows a token and types its PIN: one small machine inside several stages. The PIN stands
 * in the state only while it is typed.
 */
import { asWord } from '#firmware/events/catalogue.ts';
import {
  type BoothEffect,
  type BoothEvent,
  type BoothState,
  type OfficerCheck,
  type OfficerPurpose,
  PIN_MAX_DIGITS,
  PIN_MIN_DIGITS,
  type Stage,
  type TokenRefusal,
} from './state.ts';
import { go, log, type Step } from './step.ts';

/** A second officer's token must come into the slot anew; otherwise one that is in will do. */
export const newCheck = (state: BoothState, purpose: OfficerPurpose): OfficerCheck => ({
  purpose,
  step: state.tokenPresent && !isOverride(purpose) ? 'enterPin' : 'insertToken',
  pin: '',
  refusal: null,
});

const isOverride = (purpose: OfficerPurpose): boolean =>
  purpose === 'openOverride' || purpose === 'closeOverride';

const PIN_KEY = /^pin:([0-9])$/;

/** The digits after a touch on the PIN pad; null when it was none of its digits. */
export const typePin = (pin: string, action: string): string | null => {
  if (action === 'pin:erase') return pin.slice(0, -1);
  const digit = PIN_KEY.exec(action)?.[1];
  if (digit === undefined) return null;
  return pin.length < PIN_MAX_DIGITS ? pin + digit : pin;
};

export const pinIsLongEnough = (pin: string): boolean => pin.length >= PIN_MIN_DIGITS;

export type CheckOutcome =
  | {
      readonly kind: 'goesOn';
      readonly check: OfficerCheck;
      readonly effects: readonly BoothEffect[];
    }
  | {
      readonly kind: 'passed';
      readonly officerId: string;
      readonly effects: readonly BoothEffect[];
    };

const goesOn = (check: OfficerCheck, ...effects: readonly BoothEffect[]): CheckOutcome => ({
  kind: 'goesOn',
  check,
  effects,
});

/** Why this officer may not do what is asked; null: may. */
const mayNot = (
  state: BoothState,
  purpose: OfficerPurpose,
  officerId: string,
  presiding: boolean,
): TokenRefusal | null => {
  if (purpose === 'console') return null;
  if (isOverride(purpose)) return state.officers.includes(officerId) ? 'repeated' : null;
  return presiding ? null : 'wrongOfficer';
};

const answered = (
  state: BoothState,
  check: OfficerCheck,
  event: BoothEvent,
): CheckOutcome | null => {
  if (event.kind === 'tokenRefused')
    return goesOn(
      { ...check, step: state.tokenPresent ? 'enterPin' : 'insertToken', refusal: event.refusal },
      log('tokenRefused', { reason: event.refusal }),
    );
  if (event.kind !== 'tokenChecked') return null;
  const refusal = mayNot(state, check.purpose, event.officerId, event.presiding);
  if (refusal !== null)
    return goesOn(
      { ...check, step: state.tokenPresent ? 'enterPin' : 'insertToken', refusal },
      // For a second officer the first one's key is still to be given.
      ...(isOverride(check.purpose) ? [] : [{ kind: 'forgetPollbookKey' } as const]),
      log('tokenRefused', { reason: refusal }),
    );
  return {
    kind: 'passed',
    officerId: event.officerId,
    effects: [log('tokenOpened', { officer: asWord(event.officerId) })],
  };
};

/** Null: the event means nothing to the check. */
export const stepCheck = (
  state: BoothState,
  check: OfficerCheck,
  event: BoothEvent,
): CheckOutcome | null => {
  switch (check.step) {
    case 'insertToken':
      return event.kind === 'tokenInserted'
        ? goesOn({ ...check, step: 'enterPin', pin: '', refusal: null })
        : null;
    case 'enterPin': {
      if (event.kind === 'tokenRemoved') return goesOn({ ...check, step: 'insertToken', pin: '' });
      if (event.kind !== 'touched') return null;
      if (event.action === 'pin:enter')
        return pinIsLongEnough(check.pin)
          ? goesOn(
              { ...check, step: 'checking', pin: '', refusal: null },
              { kind: 'checkToken', purpose: check.purpose, pin: check.pin },
            )
          : null;
      const pin = typePin(check.pin, event.action);
      return pin === null ? null : goesOn({ ...check, pin });
    }
    case 'checking':
      return answered(state, check, event);
  }
};

/**
 * While something else is waited for from a desk that restarted: the presiding officer's token is
 * welcome, so that the desk can open its pollbook. `stage` is where it happens, with that check.
 */
export const giveKey = (
  state: BoothState,
  check: OfficerCheck | null,
  event: BoothEvent,
  stage: (check: OfficerCheck | null) => Stage,
): Step | null => {
  if (!state.deskWantsKey) return null;
  const outcome = stepCheck(state, check ?? newCheck(state, 'resume'), event);
  if (outcome === null) return null;
  return outcome.kind === 'goesOn'
    ? go(state, stage(outcome.check), ...outcome.effects)
    : go({ ...state, deskWantsKey: false }, stage(null), ...outcome.effects, {
        kind: 'givePollbookKey',
      });
};
