/**
 * Opens the pollbook of an election package with the key from the presiding officer's token, and
 * with it the desk file. In clear both live in the desk's memory alone.
 */
import {
  decodePollbook,
  indexVoters,
  type Pollbook,
  presidingOfficerOf,
} from '#firmware/desk/pollbook.ts';
import type { PollbookProblem, Roster } from '#firmware/desk/state.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import { deskFileKey } from '#firmware/vault/desk-keys.ts';
import { decryptPollbook, type ElectionPackage } from '#firmware/vault/election-package.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { type DeskStore, type DeskStoreOptions, openDeskStore } from './desk-store.ts';

const KEY_BYTES = 32;

export type OpenedPollbook = {
  readonly book: Pollbook;
  readonly roster: Roster;
  readonly store: DeskStore;
};

/** The part of the pollbook that the machine goes by: no print in it. */
export const rosterOf = (book: Pollbook): Roster => ({
  voters: book.voters.map(({ nationalId, name, ballotStyleId, hasUpperLimbs, template }) => ({
    nationalId,
    name,
    ballotStyleId,
    hasUpperLimbs,
    hasPrint: template !== null,
  })),
  indexOf: indexVoters(book),
  officerHasPrint: (presidingOfficerOf(book)?.template ?? null) !== null,
});

/** `notSynced` was told through the options already. */
export const openPollbook = async (
  electionPackage: ElectionPackage,
  keyHex: string,
  options: Omit<DeskStoreOptions, 'key' | 'context' | 'registered'>,
): Promise<Result<OpenedPollbook, PollbookProblem | 'notSynced'>> => {
  const key = bytesOfHex(keyHex, KEY_BYTES);
  if (key === null) return err('wrongKey');
  const bytes = decryptPollbook(electionPackage, key);
  if (!bytes.ok) return err('wrongKey');
  const decoded = decodePollbook(bytes.value);
  if (!decoded.ok) return err('malformed');
  const book = decoded.value;
  if (book.voters.length !== electionPackage.registered) return err('malformed');
  const { id, precinct } = electionPackage.definition;
  const context = `${id}\0${precinct.pollingPlaceCode}\0${precinct.number}`;
  const store = await openDeskStore({
    ...options,
    key: deskFileKey(key, context),
    context,
    registered: book.voters.length,
  });
  return store.ok ? ok({ book, roster: rosterOf(book), store: store.value }) : store;
};
