/**
 * Adding up a country. A table has a row of figures for each precinct of the register; a sound package
 * fills its precinct's row, a second different one sets the precinct aside. So the result does not
 * depend on the order in which packages come, and memory on nothing but the register.
 */
import type { BallotOption } from '#firmware/election/ballot.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import type { Judge, Judged, RefusalCode } from './judge-package.ts';
import type { NationalContest, NationalOffer } from './offer.ts';
import type { Register } from './register.ts';

export type RejectionCode =
  | RefusalCode
  /** The precinct has sound packages that differ; all are set aside. */
  | 'conflict'
  | 'noSignature'
  | 'unreadable';

export type Rejection = {
  /** As the package says or, where it says nothing, as the caller supposed. */
  readonly precinct: string | null;
  readonly code: RejectionCode;
  readonly detail: string;
  /** Where the package came from, as the caller named it. */
  readonly origin: string;
};

export type ContestSum = {
  readonly contest: NationalContest;
  readonly options: readonly BallotOption[];
  readonly votes: readonly number[];
  readonly nulls: number;
  readonly ballots: number;
};

/** What is known of the precincts of a district. */
export type DistrictSum = {
  readonly districtId: string;
  readonly precincts: number;
  readonly counted: number;
  readonly registered: number;
  /** Registered voters of the counted precincts. */
  readonly registeredCounted: number;
  readonly ballots: number;
};

export type NationalSums = {
  /** Precincts that are in the sums. */
  readonly accepted: number;
  /** Packages that came again, the same to the last byte. */
  readonly repeated: number;
  /** Precincts that are not in the sums, in the order of the register. */
  readonly missing: readonly string[];
  /** Of those in the sums, the ones whose results are computed, not voted. In the order of the register. */
  readonly madeUp: readonly string[];
  /** In the order of precinct, code and origin. */
  readonly rejected: readonly Rejection[];
  readonly ballots: number;
  readonly reprints: number;
  readonly spoils: number;
  /** In the order of the offer. */
  readonly contests: readonly ContestSum[];
  readonly districts: readonly DistrictSum[];
};

export type Verdict = {
  /** `counted`: the first sound package of its precinct; `repeated`: the same again. */
  readonly kind: 'counted' | 'repeated' | 'rejected';
  /** The precinct of a sound package; also of one that conflicts. */
  readonly precinct: string | null;
};

export type Aggregation = {
  /** `supposed`: the precinct that the package seems to be of, should it not say so itself. */
  readonly take: (
    origin: string,
    bytes: Uint8Array,
    signature: Uint8Array,
    supposed?: string | null,
  ) => Verdict;
  /** For what could not even be read as bytes. */
  readonly reject: (rejection: Rejection) => void;
  /** The package that is counted for the precinct at this place of the register: its SHA-256 in hex, and where it was found. */
  readonly countedAt: (at: number) => { readonly digest: string; readonly origin: string } | null;
  /** The figures of the package that is counted there, as `readByForm` fills a row; null: none is. A view: not to be written to. */
  readonly figuresAt: (at: number) => Uint32Array | null;
  readonly sums: () => NationalSums;
};

/** A sound package, and its first origin in the order of text. */
type Found = { readonly digest: string; readonly origin: string };

/** Rejections that are kept; a medium full of rubbish must not fill the memory. */
export const MAX_REJECTIONS = 200_000;

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const inOrder = (rejected: readonly Rejection[]): readonly Rejection[] =>
  [...rejected].sort(
    (a, b) =>
      byText(a.precinct ?? '', b.precinct ?? '') ||
      byText(a.code, b.code) ||
      byText(a.origin, b.origin),
  );

const DIGEST_SHOWN = 16;

const conflictsOf = (
  precinct: string,
  packages: ReadonlyMap<string, Found>,
): readonly Rejection[] =>
  [...packages.values()].map(({ digest, origin }) => ({
    precinct,
    code: 'conflict' as const,
    detail: `${packages.size} different sound packages; this one is ${digest.slice(0, DIGEST_SHOWN)}…`,
    origin,
  }));

export const makeAggregation = (
  offer: NationalOffer,
  register: Register,
  { judge, formOf, optionsOf }: Judge,
): Aggregation => {
  const { precincts } = register;
  const begins: number[] = [];
  let cells = 0;
  for (const precinct of precincts) {
    begins.push(cells);
    cells += formOf(precinct).width;
  }
  // Written to at once: then all of its memory is taken now, and none later.
  const table = new Uint32Array(cells).fill(0);
  const found: (Found | null)[] = precincts.map(() => null);
  /** All packages of precincts that have more than one, by digest. */
  const conflicts = new Map<number, Map<string, Found>>();
  const refused: Rejection[] = [];
  let repeated = 0;

  const reject = (rejection: Rejection): void => {
    if (refused.length < MAX_REJECTIONS) refused.push(rejection);
  };

  const earlier = (before: Found, origin: string): Found =>
    origin < before.origin ? { ...before, origin } : before;

  const enter = ({ at, form, row }: Judged, digest: string, origin: string): Verdict['kind'] => {
    const first = found[at] ?? null;
    if (first === null) {
      found[at] = { digest, origin };
      table.set(row.subarray(0, form.width), begins[at]!);
      return 'counted';
    }
    const packages = conflicts.get(at);
    const before = packages === undefined ? first : packages.get(digest);
    if (before?.digest !== digest) {
      conflicts.set(
        at,
        (packages ?? new Map([[first.digest, first]])).set(digest, { digest, origin }),
      );
      return 'rejected';
    }
    repeated += 1;
    if (packages === undefined) found[at] = earlier(first, origin);
    else packages.set(digest, earlier(before, origin));
    return 'repeated';
  };

  const isCounted = (at: number): boolean => found[at] !== null && !conflicts.has(at);

  const contestSums = (): readonly ContestSum[] => {
    const sums = new Map(
      offer.contests.map((contest) => {
        const options = optionsOf(contest);
        const votes = new Array<number>(options.length).fill(0);
        return [contest.id, { contest, options, votes, nulls: 0, ballots: 0 }];
      }),
    );
    precincts.forEach((precinct, index) => {
      if (!isCounted(index)) return;
      const begin = begins[index]!;
      for (const { contest, options, at } of formOf(precinct).contests) {
        const sum = sums.get(contest.id)!;
        sum.ballots += table[begin + at]!;
        sum.nulls += table[begin + at + 1]!;
        for (let option = 0; option < options.length; option++)
          sum.votes[option]! += table[begin + at + 2 + option]!;
      }
    });
    return [...sums.values()];
  };

  const districtSums = (): readonly DistrictSum[] => {
    const sums = new Map(
      offer.districts.map(({ id }) => [
        id,
        {
          districtId: id,
          precincts: 0,
          counted: 0,
          registered: 0,
          registeredCounted: 0,
          ballots: 0,
        },
      ]),
    );
    precincts.forEach(({ districtIds, registered }, at) => {
      const counted = isCounted(at);
      const ballots = counted ? table[begins[at]!]! : 0;
      for (const id of new Set(districtIds)) {
        const sum = sums.get(id);
        if (sum === undefined) continue;
        sum.precincts += 1;
        sum.registered += registered;
        if (!counted) continue;
        sum.counted += 1;
        sum.registeredCounted += registered;
        sum.ballots += ballots;
      }
    });
    return [...sums.values()];
  };

  const sumOf = (place: 'ballots' | 'reprints' | 'spoils'): number =>
    precincts.reduce(
      (sum, precinct, at) =>
        isCounted(at) ? sum + table[begins[at]! + formOf(precinct).places[place]]! : sum,
      0,
    );

  return {
    take: (origin, bytes, signature, supposed = null) => {
      const judged = judge(bytes, signature);
      if (judged.ok) {
        const kind = enter(judged.value, sha256Hex(bytes), origin);
        return { kind, precinct: judged.value.precinct.id };
      }
      const { code, precinct, detail } = judged.error;
      reject({ precinct: precinct ?? supposed, code, detail, origin });
      return { kind: 'rejected', precinct: null };
    },
    reject,
    countedAt: (at) => (isCounted(at) ? (found[at] ?? null) : null),
    figuresAt: (at) =>
      isCounted(at)
        ? table.subarray(begins[at]!, begins[at]! + formOf(precincts[at]!).width)
        : null,
    sums: () => ({
      accepted: precincts.filter((_, at) => isCounted(at)).length,
      repeated,
      missing: precincts.filter((_, at) => !isCounted(at)).map(({ id }) => id),
      madeUp: precincts.filter((each, at) => each.madeUp && isCounted(at)).map(({ id }) => id),
      rejected: inOrder([
        ...refused,
        ...[...conflicts].flatMap(([at, packages]) => conflictsOf(precincts[at]!.id, packages)),
      ]),
      ballots: sumOf('ballots'),
      reprints: sumOf('reprints'),
      spoils: sumOf('spoils'),
      contests: contestSums(),
      districts: districtSums(),
    }),
  };
};
