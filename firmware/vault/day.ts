/**
 * The precinct's day beside its votes: the polls status, and what the counting asks for once they are
 * closed.
 */
import { err, ok, type Result } from '#hal/result.ts';
import { encodeRecord, vaultPath } from './durable.ts';
import { encodePolls, POLLS_RECORD } from './setup-record.ts';
import type { Ballotbox } from './steps.ts';
import { leader, onEachInStep, type Units } from './units.ts';
import { papersAtWriting, sealedBallotsOf, unusedCodesOf } from './urn.ts';
import type { PollsStatus, VaultFault } from './vault.ts';
import { replaceWholeFile } from './whole-file.ts';

export type Polls = { readonly status: PollsStatus; readonly version: number };

/** The next version of the polls record on every unit in step. */
export const storePolls = async (
  units: Units,
  { version }: Polls,
  status: PollsStatus,
): Promise<Result<Polls, VaultFault>> => {
  const next: Polls = { status, version: version + 1 };
  const record = { version: next.version, payload: encodePolls(status) };
  const bytes = encodeRecord(units.context, POLLS_RECORD, record, units.board.identity);
  const stored = await onEachInStep(units, (unit) =>
    replaceWholeFile(unit.medium, vaultPath(POLLS_RECORD), bytes),
  );
  return stored.ok ? ok(next) : stored;
};

/** The sealed ballots of the used slots; throws before the polls are closed. */
export const ballotsToCount = (
  { units, setup, body }: Ballotbox,
  { status }: Polls,
): Result<readonly Uint8Array[], VaultFault> => {
  if (status !== 'closed' && status !== 'counted')
    throw new Error('vault: the urn is not opened before the polls are closed');
  const ballots = sealedBallotsOf(setup.shape, body);
  const { epoch } = leader(units).journal;
  return ballots.length === epoch
    ? ok(ballots)
    : err({ kind: 'tampered', medium: null, detail: `${ballots.length} of ${epoch} votes` });
};

/** The codes of the urn without those of papers that were printed and are not in the box. */
export const codesLeft = ({ units, setup, body }: Ballotbox): readonly string[] => {
  const { reprints, spoils } = leader(units).journal;
  const printed = reprints + spoils - papersAtWriting(setup.shape, body);
  return unusedCodesOf(setup.shape, body).slice(printed);
};
