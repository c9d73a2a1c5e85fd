/**
 * An officer may put a token in before the booth waits for one: while a voter takes the paper, while the
 * machine starts. It is not forgotten: as soon as the booth waits, the token counts as put in then. One
 * that was looked at already and stays in the slot does not ask again.
 */
import type { BoothEvent, BoothState, OfficerCheck, Stage } from './state.ts';

const isLooked = (check: OfficerCheck | string | null): boolean =>
  check !== null && (typeof check === 'string' || check.step !== 'insertToken');

/** The token in the slot is, or was, what the stage is about. */
const looksAtToken = (stage: Stage): boolean => {
  if ('check' in stage) return isLooked(stage.check);
  if (stage.name === 'ballot') return isLooked(stage.officer);
  if (stage.name === 'shares') return stage.step !== 'insertToken';
  return stage.name === 'ceremony' && !['insertToken', 'makingKeys'].includes(stage.step);
};

/** The state after an event, with what is known of a token that nobody looked at yet. */
export const noteToken = (state: BoothState, event: BoothEvent): BoothState => {
  // Parked is for good: nothing is noted there.
  if (state.stage.name === 'parked') return state;
  const unseen =
    (state.tokenUnseen || event.kind === 'tokenInserted') &&
    state.tokenPresent &&
    !looksAtToken(state.stage);
  return unseen === state.tokenUnseen ? state : { ...state, tokenUnseen: unseen };
};
