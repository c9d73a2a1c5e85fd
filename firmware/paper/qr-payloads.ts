/**
 * What the QR codes of a tally report say. The public line is the form known since 2021 (list contest
 * only). The signed payload carries every total, the machine's key, the authority's certificate of
 * it and the machine's signature, in numbered parts of printable ASCII, so that anyone with the
 * authority's public key can check a photographed report without a network.
 *
 * Signed payload, fields joined by `|`:
 *
 *     election | report | polling place.precinct | machine code | machine key | certificate |
 *     log head | ballots | epoch,reprints,spoils | authentication, seven figures | contests |
 *     key certificate | package signature | signature
 *
 * Contests are joined by `;`, each `id:ballots:positions:nulls:votes,votes,…`; a figure of 0 is left
 * empty. Names are percent-encoded. Keys and signatures are base64url. The signature covers
 * `SIGNING_CONTEXT` and every field before it, as they stand in the text.
 *
 * The key certificate and the package signature are those of the result package. Its figures are all in
 * the other fields, and the rest of it every centre knows: so whoever has nothing but a photographed report
 * has the very package that the machine signed, to the last byte (scripts/receive/package-of-report.ts).
 */
import type { Totals } from '#firmware/election/ballot.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { AuthenticationTotals } from '#firmware/messages/catalogue.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';

/** One part as printed, prefix included: 44.5 mm at 4 dots a module, level M. */
export const QR_PART_BYTES = 512;
export const QR_PARTS_LIMIT = 99;
const PART_PREFIX = 'URNA1';
const SIGNING_CONTEXT = 'URNA-TALLY-1\n';
const CERTIFICATE_CONTEXT = 'URNA-MACHINE-KEY-1\n';
const FIELDS = 14;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** The vault's counters that the report accounts for. */
export type TallyCounters = {
  readonly epoch: number;
  readonly reprints: number;
  readonly spoils: number;
};

export type SignedContest = {
  readonly contestId: string;
  readonly ballots: number;
  readonly positions: number;
  readonly nulls: number;
  /** In the order of the ballot's options. */
  readonly votes: readonly number[];
};

export type SignedTally = {
  readonly electionId: string;
  readonly reportId: string;
  readonly pollingPlaceCode: string;
  readonly precinct: string;
  readonly machineCode: string;
  /** Ed25519, 32 bytes. */
  readonly machineKey: Uint8Array;
  /** The authority's Ed25519 signature over `machineKeyCertificateBytes`. */
  readonly certificate: Uint8Array;
  readonly logHead: string;
  readonly ballots: number;
  readonly counters: TallyCounters;
  readonly authentication: AuthenticationTotals;
  readonly contests: readonly SignedContest[];
  /** The authority's signature of the machine's key, as the result package has it, 64 bytes. */
  readonly keyCertificate: Uint8Array;
  /** The machine's signature of the result package, 64 bytes. */
  readonly packageSignature: Uint8Array;
};

const encodeName = (name: string): string =>
  encodeURIComponent(name).replaceAll(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const figure = (value: number): string => (value === 0 ? '' : String(value));
const figures = (values: readonly number[]): string => values.map(figure).join(',');

const authenticationFigures = (totals: AuthenticationTotals): readonly number[] => [
  totals.match,
  totals.noMatch,
  totals.noStoredPrint,
  totals.noUpperLimbs,
  totals.overrides,
  totals.votersMarked,
  totals.registered,
];

/** What the authority signs when it certifies a machine's key, at provisioning. */
export const machineKeyCertificateBytes = (subject: {
  readonly electionId: string;
  readonly reportId: string;
  readonly machineCode: string;
  readonly machineKey: Uint8Array;
}): Uint8Array =>
  new TextEncoder().encode(
    `${CERTIFICATE_CONTEXT}${[subject.electionId, subject.reportId, subject.machineCode]
      .map(encodeName)
      .join('|')}|${toBase64Url(subject.machineKey)}`,
  );

/** `<acta id>!<votes of card 1>,<card 2>,…!<null>!0`; the precinct's first list contest. */
export const publicLine = (definition: ElectionDefinition, totals: Totals): string => {
  const kindOf = new Map(definition.contests.map((contest) => [contest.id, contest.kind]));
  const list = totals.contests.find((contest) => kindOf.get(contest.contestId) === 'list');
  return `${definition.precinct.reportId}!${(list?.votes ?? []).join(',')}!${list?.nulls ?? 0}!0`;
};

/** The report's content as signed, from what was counted. */
export const signedTallyOf = (
  definition: ElectionDefinition,
  totals: Totals,
  machine: Pick<
    SignedTally,
    'machineCode' | 'machineKey' | 'certificate' | 'logHead' | 'keyCertificate' | 'packageSignature'
  >,
  counters: TallyCounters,
  authentication: AuthenticationTotals,
): SignedTally => ({
  electionId: definition.id,
  reportId: definition.precinct.reportId,
  pollingPlaceCode: definition.precinct.pollingPlaceCode,
  precinct: definition.precinct.number,
  machineCode: machine.machineCode,
  machineKey: machine.machineKey,
  certificate: machine.certificate,
  logHead: machine.logHead,
  ballots: totals.ballots,
  counters,
  authentication,
  contests: totals.contests.map(({ contestId, ballots, positions, nulls, votes }) => ({
    contestId,
    ballots,
    positions,
    nulls,
    votes,
  })),
  keyCertificate: machine.keyCertificate,
  packageSignature: machine.packageSignature,
});

const unsignedText = (tally: SignedTally): string =>
  [
    encodeName(tally.electionId),
    encodeName(tally.reportId),
    `${encodeName(tally.pollingPlaceCode)}.${encodeName(tally.precinct)}`,
    encodeName(tally.machineCode),
    toBase64Url(tally.machineKey),
    toBase64Url(tally.certificate),
    encodeName(tally.logHead),
    figure(tally.ballots),
    figures([tally.counters.epoch, tally.counters.reprints, tally.counters.spoils]),
    figures(authenticationFigures(tally.authentication)),
    tally.contests
      .map(({ contestId, ballots, positions, nulls, votes }) =>
        [
          encodeName(contestId),
          figure(ballots),
          figure(positions),
          figure(nulls),
          figures(votes),
        ].join(':'),
      )
      .join(';'),
    toBase64Url(tally.keyCertificate),
    toBase64Url(tally.packageSignature),
  ].join('|');

/** The bytes that the machine signs with its identity key (Ed25519). */
export const signingBytes = (tally: SignedTally): Uint8Array =>
  new TextEncoder().encode(SIGNING_CONTEXT + unsignedText(tally));

/** The parts to print, in order, each `URNA1 i/n …` of at most 512 bytes. Throws beyond 99 parts. */
export const signedQrParts = (tally: SignedTally, signature: Uint8Array): readonly string[] => {
  const text = `${unsignedText(tally)}|${toBase64Url(signature)}`;
  const room = QR_PART_BYTES - `${PART_PREFIX} 99/99 `.length;
  const count = Math.ceil(text.length / room);
  if (count > QR_PARTS_LIMIT) throw new RangeError(`${count} QR parts: at most ${QR_PARTS_LIMIT}`);
  // Parts of even length look alike on paper.
  const share = Math.ceil(text.length / count);
  return Array.from(
    { length: count },
    (_, index) =>
      `${PART_PREFIX} ${index + 1}/${count} ${text.slice(index * share, (index + 1) * share)}`,
  );
};

/** Why texts are not the signed codes of one report. */
export type QrFault =
  | { readonly kind: 'strangePart' | 'otherReport' | 'noPart' | 'field' | 'spelling' }
  | { readonly kind: 'twoParts'; readonly part: number }
  | { readonly kind: 'missingPart'; readonly part: number; readonly of: number }
  | { readonly kind: 'fields'; readonly found: number; readonly expected: number };

const PART_PATTERN = /^URNA1 ([1-9][0-9]?)\/([1-9][0-9]?) ([!-~]+)$/;

/** Parts in any order, repeated ones allowed, to the whole text. */
const joinParts = (parts: readonly string[]): Result<string, QrFault> => {
  const found = new Map<number, string>();
  let count: number | null = null;
  for (const part of parts.slice(0, 4 * QR_PARTS_LIMIT)) {
    const match = PART_PATTERN.exec(part.trim());
    if (match === null) return err({ kind: 'strangePart' });
    const index = Number(match[1]);
    const of = Number(match[2]);
    if ((count !== null && count !== of) || index > of) return err({ kind: 'otherReport' });
    count = of;
    const before = found.get(index);
    if (before !== undefined && before !== match[3]) return err({ kind: 'twoParts', part: index });
    found.set(index, match[3] ?? '');
  }
  if (count === null) return err({ kind: 'noPart' });
  const texts: string[] = [];
  for (let index = 1; index <= count; index++) {
    const text = found.get(index);
    if (text === undefined) return err({ kind: 'missingPart', part: index, of: count });
    texts.push(text);
  }
  return ok(texts.join(''));
};

const readFigure = (text: string): number | null => {
  if (text === '') return 0;
  return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : null;
};
const readFigures = (text: string): readonly number[] | null => {
  const values = text.split(',').map(readFigure);
  return values.every((value) => value !== null) ? values : null;
};
const readName = (text: string): string | null => {
  try {
    const name = decodeURIComponent(text);
    return encodeName(name) === text ? name : null;
  } catch {
    return null;
  }
};
const readBytes = (text: string, length: number): Uint8Array | null => {
  const bytes = fromBase64Url(text);
  return bytes?.length === length ? bytes : null;
};

const readContest = (text: string): SignedContest | null => {
  const fields = text.split(':');
  if (fields.length !== 5) return null;
  const contestId = readName(fields[0] ?? '');
  const [ballots, positions, nulls] = fields.slice(1, 4).map(readFigure);
  const votes = readFigures(fields[4] ?? '');
  if (contestId === null || votes === null) return null;
  if (typeof ballots !== 'number' || typeof positions !== 'number') return null;
  return typeof nulls === 'number' ? { contestId, ballots, positions, nulls, votes } : null;
};

const readAuthentication = (text: string): AuthenticationTotals | null => {
  const values = readFigures(text);
  if (values === null || values.length !== 7) return null;
  const [match, noMatch, noStoredPrint, noUpperLimbs, overrides, votersMarked, registered] =
    values as readonly [number, number, number, number, number, number, number];
  return { match, noMatch, noStoredPrint, noUpperLimbs, overrides, votersMarked, registered };
};

/** Fields to a tally; null when one is not as it is written. */
const readTally = (fields: readonly string[]): SignedTally | null => {
  const [electionId, reportId, machineCode, logHead] = [0, 1, 3, 6].map((index) =>
    readName(fields[index] ?? ''),
  );
  const place = (fields[2] ?? '').split('.').map(readName);
  const machineKey = readBytes(fields[4] ?? '', KEY_BYTES);
  const certificate = readBytes(fields[5] ?? '', SIGNATURE_BYTES);
  const ballots = readFigure(fields[7] ?? '');
  const counters = readFigures(fields[8] ?? '');
  const authentication = readAuthentication(fields[9] ?? '');
  const contests = (fields[10] ?? '').split(';').map(readContest);
  const keyCertificate = readBytes(fields[11] ?? '', SIGNATURE_BYTES);
  const packageSignature = readBytes(fields[12] ?? '', SIGNATURE_BYTES);
  const [pollingPlaceCode, precinct] = place;
  const [epoch, reprints, spoils] = counters ?? [];
  if (typeof electionId !== 'string' || typeof reportId !== 'string') return null;
  if (typeof machineCode !== 'string' || typeof logHead !== 'string') return null;
  if (typeof pollingPlaceCode !== 'string' || typeof precinct !== 'string') return null;
  if (place.length !== 2 || machineKey === null || certificate === null) return null;
  if (keyCertificate === null || packageSignature === null) return null;
  if (ballots === null || authentication === null || counters?.length !== 3) return null;
  if (epoch === undefined || reprints === undefined || spoils === undefined) return null;
  if (!contests.every((contest) => contest !== null)) return null;
  return {
    electionId,
    reportId,
    pollingPlaceCode,
    precinct,
    machineCode,
    machineKey,
    certificate,
    logHead,
    ballots,
    counters: { epoch, reprints, spoils },
    authentication,
    contests,
    keyCertificate,
    packageSignature,
  };
};

export type ParsedSignedQr = { readonly tally: SignedTally; readonly signature: Uint8Array };

/**
 * Reads the decoded texts of a report's signed QR codes, in any order. Only what `signedQrParts`
 * writes is accepted, so that one content has one text. The error says what is wrong. Nothing is
 * verified yet.
 */
export const parseSignedQr = (parts: readonly string[]): Result<ParsedSignedQr, QrFault> => {
  const joined = joinParts(parts);
  if (!joined.ok) return joined;
  const fields = joined.value.split('|');
  if (fields.length !== FIELDS)
    return err({ kind: 'fields', found: fields.length, expected: FIELDS });
  const tally = readTally(fields);
  const signature = readBytes(fields[FIELDS - 1] ?? '', SIGNATURE_BYTES);
  if (tally === null || signature === null) return err({ kind: 'field' });
  return unsignedText(tally) === fields.slice(0, -1).join('|')
    ? ok({ tally, signature })
    : err({ kind: 'spelling' });
};

/** Ed25519 (RFC 8032) verification, injected: this folder knows no cryptography. */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean;

export type SignedQrFailure =
  /** The authority did not certify this key for this precinct and machine. */
  | 'certificate'
  /** The machine did not sign these totals. */
  | 'signature'
  /** Signed, and yet votes + nulls is not ballots x positions somewhere. */
  | 'accounting';

export const verifySignedQr = (
  parsed: ParsedSignedQr,
  authorityKey: Uint8Array,
  verify: VerifyEd25519,
): Result<SignedTally, SignedQrFailure> => {
  const { tally, signature } = parsed;
  if (!verify(authorityKey, machineKeyCertificateBytes(tally), tally.certificate)) {
    return err('certificate');
  }
  if (!verify(tally.machineKey, signingBytes(tally), signature)) return err('signature');
  const balanced = tally.contests.every(
    (contest) =>
      contest.votes.reduce((sum, votes) => sum + votes, 0) + contest.nulls ===
      contest.ballots * contest.positions,
  );
  return balanced ? ok(tally) : err('accounting');
};
