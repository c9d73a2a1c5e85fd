/**
 * The counting's process: lives for one counting. Sealed ballots, shares and the ceremony's record come
 * over its channel, totals go back, and it ends; the private key and the opened ballots are nowhere
 * else, and with the process their memory goes back to the system.
 */
import type { Totals } from '#firmware/election/ballot.ts';
import { checkDefinition } from '#firmware/election/check-definition.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { readToCounting } from '#firmware/messages/read-unit-message.ts';
import type { FromCounting, ToCounting } from '#firmware/messages/unit-catalogue.ts';
import { countBallots } from '#firmware/runtime/counting.ts';
import { secretOfHex } from '#firmware/vault/bytes.ts';
import { SHARE_BYTES, type Share } from '#firmware/vault/key-shares.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { type Clock, wait } from '#hal/clock.ts';
import { openChannel } from '../process/channel.ts';
import { makeCollector } from '../process/portions.ts';

export type CountingProcessOptions = {
  readonly link: ByteLink;
  readonly clock: Clock;
  readonly onEnd: () => void;
};

type Begin = Extract<ToCounting, { readonly kind: 'beginCounting' }>;

const definitionIn = (bytes: Uint8Array): ElectionDefinition | null => {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const checked = checkDefinition(json);
    return checked.ok ? checked.value : null;
  } catch {
    return null;
  }
};

const sharesIn = ({ shares, ceremony }: Begin): readonly Share[] =>
  shares.map(({ holder, bytes }) => ({
    context: { election: ceremony.election, precinct: ceremony.precinct },
    holder,
    bytes: secretOfHex(bytes, SHARE_BYTES) ?? new Uint8Array(SHARE_BYTES),
  }));

const countedMessage = ({ ballots, contests }: Totals): FromCounting => ({
  kind: 'counted',
  ballots,
  contests: contests.map((contest) => ({
    contestId: contest.contestId,
    votes: contest.votes,
    nulls: contest.nulls,
    ballots: contest.ballots,
    positions: contest.positions,
  })),
});

/** Counts what was announced, once it is all there. */
const count = async (
  begin: Begin,
  bytes: Uint8Array,
  clock: Clock,
  say: (message: FromCounting) => Promise<void>,
): Promise<FromCounting> => {
  const { ballots, ballotBytes, definitionBytes, votes, ceremony } = begin;
  const definition = definitionIn(bytes.subarray(0, definitionBytes));
  // It left the booth as a sound one: what arrives otherwise came to harm on the way.
  if (definition === null) return { kind: 'notCounted', code: 'counting.processFailed' };
  const { election, precinct, ...record } = ceremony;
  const result = await countBallots({
    definition,
    votes,
    sealedBallots: Array.from({ length: ballots }, (_, index) =>
      bytes.subarray(
        definitionBytes + index * ballotBytes,
        definitionBytes + (index + 1) * ballotBytes,
      ),
    ),
    shares: sharesIn(begin),
    ceremony: { ...record, context: { election, precinct }, tokens: [] },
    pause: async (opened) => {
      await say({ kind: 'opened', ballots: opened });
      await wait(clock, 0);
    },
  });
  return result.ok ? countedMessage(result.value) : { kind: 'notCounted', code: result.error };
};

export const runCounting = ({ link, clock, onEnd }: CountingProcessOptions): void => {
  let begun: Begin | null = null;
  let collect: ReturnType<typeof makeCollector> | null = null;
  let ended = false;

  const end = (): void => {
    if (ended) return;
    ended = true;
    channel.leave();
    onEnd();
  };
  const answer = async (begin: Begin, bytes: Uint8Array): Promise<void> => {
    await channel.send(await count(begin, bytes, clock, channel.send));
    end();
  };
  const take = (message: ToCounting): void => {
    switch (message.kind) {
      case 'beginCounting': {
        if (begun !== null) {
          end();
          return;
        }
        begun = message;
        const total = message.definitionBytes + message.ballots * message.ballotBytes;
        collect = makeCollector(total, (bytes) => void answer(message, bytes).catch(end));
        return;
      }
      case 'portion':
        // More than was announced: whoever sends is not the booth that was meant.
        if (collect === null || !collect(message)) end();
        return;
    }
  };
  const channel = openChannel<FromCounting, ToCounting>({
    link,
    read: readToCounting,
    onMessage: take,
    onGarbage: end,
    onClosed: end,
  });
};
