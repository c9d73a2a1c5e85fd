/**
 * The authority's list of precincts and of the machines that may report for them: the receiving side
 * accepts exactly these, and whoever adds up knows from it what is missing. Published as
 * `precincts.json` with `precincts.sig`, the authority's raw Ed25519 signature over exactly these bytes:
 *
 *     openssl pkeyutl -verify -pubin -inkey authority-key.pem -rawin -in precincts.json -sigfile precincts.sig
 */
export const REGISTER_FORMAT = 'urna-precincts-1';
/** 29,622 precincts with two machines each have about 13 MB. */
export const MAX_REGISTER_BYTES = 64 * 1024 * 1024;

export type RegisteredMachine = {
  /** As machine-code.ts spells it. */
  readonly code: string;
  /** Ed25519 public key, hex. */
  readonly key: string;
};

export type RegisteredPrecinct = {
  /** Nine digits, a point, two digits: as certificates and result packages name it. */
  readonly id: string;
  readonly reportId: string;
  readonly districtIds: readonly string[];
  readonly registered: number;
  /** The unit sent there, then spares that may take its place. Empty: no identity key came back yet. */
  readonly machines: readonly RegisteredMachine[];
  /** No machine runs there: its result is computed, to fill a test election up to a country's size. */
  readonly madeUp?: true;
};

export type Register = {
  readonly format: typeof REGISTER_FORMAT;
  readonly election: string;
  readonly test: boolean;
  /** SHA-256 of `election.json`, hex: the offer that these precincts vote on. */
  readonly offer: string;
  readonly precincts: readonly RegisteredPrecinct[];
};

/** The register's one spelling: a precinct a line, so that two registers can be compared by `diff`. */
export const registerText = (register: Register): string => {
  const { format, election, test, offer, precincts } = register;
  const head = JSON.stringify({ format, election, test, offer });
  const lines = precincts.map(({ id, reportId, districtIds, registered, machines, madeUp }) =>
    JSON.stringify({
      id,
      reportId,
      districtIds,
      registered,
      machines: machines.map(({ code, key }) => ({ code, key })),
      ...(madeUp === true ? { madeUp } : {}),
    }),
  );
  return `${head.slice(0, -1)},"precincts":[\n${lines.join(',\n')}\n]}\n`;
};
