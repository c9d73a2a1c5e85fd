/** What may be wrong with one step of the desk by itself: what it asks for, compared with where it was. */
import { hasVoted } from '#firmware/desk/desk-content.ts';
import type { DeskEffect, DeskState } from '#firmware/desk/state.ts';
import type { DeskTableEvent } from './desk-table.ts';

type Rule = (
  before: DeskState,
  event: DeskTableEvent,
  after: DeskState,
  effects: readonly DeskEffect[],
) => string | null;

const LOW = ['low', 'critical', 'parked'];

/** A token goes out once everything is so that a voter may vote. */
const admitsWhereItMay: Rule = (before, event, after, effects) => {
  if (!effects.some(({ kind }) => kind === 'sendAdmission')) return null;
  const heard = event.kind === 'received' && event.message.kind === 'idle';
  if (!before.idle && !heard) return 'a token for a booth that is not idle';
  if (after.idle) return 'one idle does for two tokens';
  if (after.phase !== 'open') return `a token while the polls are ${after.phase}`;
  if (after.inStep.length < 2) return 'a token with one medium';
  if (LOW.includes(after.power.level)) return 'a token on a low battery';
  if (after.content?.lock != null) return 'a token while authentication is locked';
  return before.content?.admission == null && before.mode.kind !== 'recording'
    ? 'a token before the admission is recorded'
    : null;
};

/** Nobody is admitted who was not proved to be who the ID says, or authorised by the presiding officer. */
const provesWhoItIs: Rule = (before, event, after) => {
  if (after.mode.kind !== 'held' && after.mode.kind !== 'recording') return null;
  if (after.mode.kind === before.mode.kind) return null;
  const proved = after.mode.kind === 'held' ? after.mode.proved : null;
  if (proved?.authorisedWith != null)
    return proved.authorisedWith.length === 0 ? 'authorised without a code' : null;
  const admits = after.mode.kind === 'recording' && after.mode.content.admission !== null;
  const already = before.content?.admission != null || before.mode.kind === 'held';
  if (proved === null && (!admits || already)) return null;
  const matched = event.kind === 'fingerRead' && event.outcome.kind === 'match';
  const granted = event.kind === 'codeChecked' && event.index !== null;
  return matched || granted ? null : 'admitted without proof';
};

/** A mark is for the voter who was admitted, and follows `completed` alone. */
const marksWhoVoted: Rule = ({ content, mode }, event, after) => {
  if (after.mode.kind !== 'recording' || after.mode === mode || content === null) return null;
  const next = after.mode.content;
  const marked = next.voters.findIndex(
    (_status, at) => hasVoted(next, at) && !hasVoted(content, at),
  );
  if (marked < 0) return null;
  if (content.admission?.voter !== marked) return 'a mark for a voter who was not admitted';
  const heard = event.kind === 'received' && event.message.kind === 'completed';
  return heard || event.kind === 'saved' ? null : 'a mark without completed';
};

const RULES: readonly Rule[] = [admitsWhereItMay, provesWhoItIs, marksWhoVoted];

export const judgeDesk: Rule = (before, event, after, effects) => {
  for (const rule of RULES) {
    const wrong = rule(before, event, after, effects);
    if (wrong !== null) return wrong;
  }
  return null;
};
