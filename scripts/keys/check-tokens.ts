/**
 * Officers' tokens as files, before and after the ceremony: what each says to be, and what is wrong
 * with it. Whether a token is the one its ceremony wrote, only the unit can say: it holds the record.
 */
import {
  openToken,
  type TokenHeader,
  tokenDigest,
  tokenHeader,
} from '#firmware/vault/officer-token.ts';

export type TokenFile = { readonly path: string; readonly bytes: Uint8Array };
export type TokenError = { readonly path: string; readonly message: string };
export type TokenCheck = {
  readonly tokens: readonly {
    readonly path: string;
    readonly header: TokenHeader;
    /** Null: no PIN was given. */
    readonly holdsShare: boolean | null;
  }[];
  readonly blank: readonly string[];
  readonly errors: readonly TokenError[];
};

const NOT_OPENED = {
  malformed: 'not a token of this system',
  notAPin: 'the PIN given is not six to eight digits',
  wrongPin: 'the PIN is another one, or the record was changed',
} as const;

const placeOf = ({ electionId, precinct }: TokenHeader): string => `${electionId}, ${precinct}`;

/**
 * Checks files against each other. `pins`: one a file that is not blank, in order; empty: none is opened.
 * `precinct`: whose tokens they should be; null: that of the first.
 */
export const checkTokens = (
  files: readonly TokenFile[],
  pins: readonly string[],
  precinct: string | null,
): TokenCheck => {
  const blank = files.filter(({ bytes }) => bytes.length === 0).map(({ path }) => path);
  const written = files.filter(({ bytes }) => bytes.length > 0);
  const errors: TokenError[] = [];
  const tokens: TokenCheck['tokens'][number][] = [];
  const digests = new Map<string, string>();
  for (const [index, { path, bytes }] of written.entries()) {
    const report = (message: string): number => errors.push({ path, message });
    const header = tokenHeader(bytes);
    if (header === null) {
      report(NOT_OPENED.malformed);
      continue;
    }
    const first = tokens[0];
    const copyOf = digests.get(tokenDigest(bytes));
    const same = tokens.find((each) => each.header.officerId === header.officerId);
    if (precinct !== null && header.precinct !== precinct)
      report(`foreign: of precinct ${header.precinct}, not ${precinct}`);
    else if (first !== undefined && placeOf(first.header) !== placeOf(header))
      report(`foreign: of ${placeOf(header)}; ${first.path} is of ${placeOf(first.header)}`);
    else if (copyOf !== undefined) report(`repeated: the same token as ${copyOf}`);
    else if (same !== undefined)
      report(
        `repeated: another token of ${header.officerId} is ${same.path}; one of them is not theirs`,
      );
    digests.set(tokenDigest(bytes), path);
    const pin = pins[index];
    const opened = pin === undefined ? null : openToken(bytes, pin);
    if (opened !== null && !opened.ok) report(NOT_OPENED[opened.error]);
    if (pins.length > 0 && pin === undefined) report('no PIN was given for it');
    const holdsShare = opened?.ok === true ? opened.value.secrets.share !== null : null;
    if (opened?.ok === true) {
      opened.value.secrets.share?.fill(0);
      opened.value.secrets.pollbookKey?.fill(0);
    }
    tokens.push({ path, header, holdsShare });
  }
  return { tokens, blank, errors };
};

/** Guesses of every PIN of `digits` digits at `guessMs` each, in hours on one core. */
export const hoursForAll = (guessMs: number, digits: number): number =>
  (10 ** digits * guessMs) / 3_600_000;
