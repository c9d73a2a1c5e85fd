/**
 * A cast vote record as bytes: what is sealed into the urn. Its length is the same for every ballot
 * of the precinct, whatever its style and marks, and it holds nothing but style and marks.
 *
 * Layout, big endian: style index u16; for each contest of the style, for each of its positions, one
 * option index u16, ascending, then 0xffff for what is unmarked; then zeros up to the length.
 */
import { err, ok, type Result } from '#hal/result.ts';
import { secretBytes } from '#hal/secret-bytes.ts';
import type { Ballot, Marks } from './ballot.ts';
import { marksFault } from './contest-rules.ts';
import type { ElectionDefinition } from './definition.ts';
import { resolveBallot } from './resolve-ballot.ts';

const UNMARKED = 0xffff;
const WORD_BYTES = 2;

export type CastVote = { readonly styleId: string; readonly marks: Marks };

/** Length of every encoded ballot of this precinct, in bytes. */
export const ballotBytes = (definition: ElectionDefinition): number => {
  const votesOf = new Map(definition.contests.map((contest) => [contest.id, contest.votes]));
  const positions = definition.ballotStyles.map((style) =>
    style.contestIds.reduce((sum, contestId) => sum + (votesOf.get(contestId) ?? 0), 0),
  );
  return WORD_BYTES + WORD_BYTES * Math.max(...positions);
};

/** Encodes marks, in memory that can be forgotten; throws when they are not possible on this ballot: a bug must not reach the urn. */
export const encodeBallot = (
  definition: ElectionDefinition,
  ballot: Ballot,
  marks: Marks,
): Uint8Array => {
  const fault = marksFault(ballot, marks);
  if (fault !== null) throw new Error(`marks can not be encoded: ${fault}`);
  const styleIndex = definition.ballotStyles.findIndex((style) => style.id === ballot.styleId);
  if (styleIndex < 0) throw new Error(`no ballot style ${ballot.styleId}`);
  const bytes = secretBytes(ballotBytes(definition));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, styleIndex);
  let offset = WORD_BYTES;
  ballot.contests.forEach(({ contest }, contestIndex) => {
    for (let position = 0; position < contest.votes; position += 1) {
      view.setUint16(offset, marks[contestIndex]?.[position] ?? UNMARKED);
      offset += WORD_BYTES;
    }
  });
  return bytes;
};

export type BallotDecoder = (bytes: Uint8Array) => Result<CastVote, string>;

/**
 * A decoder for many ballots of one precinct: resolves its styles once. It checks everything: length,
 * style, order, range, limits, doubles, padding.
 */
export const makeBallotDecoder = (definition: ElectionDefinition): BallotDecoder => {
  const expected = ballotBytes(definition);
  const ballots = definition.ballotStyles.map((style) => resolveBallot(definition, style.id));
  return (bytes) => {
    if (bytes.length !== expected) return err(`${bytes.length} bytes instead of ${expected}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const ballot = ballots[view.getUint16(0)];
    if (ballot === undefined) return err(`no ballot style ${view.getUint16(0)}`);
    let offset = WORD_BYTES;
    const marks: (readonly number[])[] = [];
    for (const [index, { contest }] of ballot.contests.entries()) {
      const slots = Array.from({ length: contest.votes }, (_, position) =>
        view.getUint16(offset + position * WORD_BYTES),
      );
      offset += contest.votes * WORD_BYTES;
      const marked = slots.filter((slot) => slot !== UNMARKED);
      if (slots.slice(0, marked.length).includes(UNMARKED)) {
        return err(`contest ${index}: an unmarked position before a marked one`);
      }
      marks.push(marked);
    }
    if (bytes.subarray(offset).some((byte) => byte !== 0)) return err('the padding is not zero');
    const fault = marksFault(ballot, marks);
    return fault === null ? ok({ styleId: ballot.styleId, marks }) : err(fault);
  };
};

/** Decodes one ballot; for many see `makeBallotDecoder`. */
export const decodeBallot = (
  definition: ElectionDefinition,
  bytes: Uint8Array,
): Result<CastVote, string> => makeBallotDecoder(definition)(bytes);
