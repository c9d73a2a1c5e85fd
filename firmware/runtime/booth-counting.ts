/**
 * Counting seen from the booth: collects shares as officers give them, has the urn counted, signs what
 * the tally report and the result package say, and writes the package. What it keeps afterwards are
 * totals. After a restart the same report comes from the package on the media.
 */
import type { BoothEvent, BoothState, TokenRefusal } from '#firmware/booth/state.ts';
import type { Totals } from '#firmware/election/ballot.ts';
import { contestOptions } from '#firmware/election/resolve-ballot.ts';
import type { AuthenticationTotals } from '#firmware/messages/catalogue.ts';
import { type TallyReportData, tallySigningBytes } from '#firmware/paper/tally-report.ts';
import { jsonBytes, jsonObject, textOf, toHex } from '#firmware/vault/bytes.ts';
import { codeDigest } from '#firmware/vault/desk-keys.ts';
import { type CeremonyRecord, checkShare, type Share } from '#firmware/vault/key-shares.ts';
import { sign } from '#firmware/vault/keys.ts';
import {
  encodeResultPackage,
  openResultPackage,
  RESULT_FILES,
  RESULT_FORMAT,
  type ResultPackage,
  resultContests,
  resultFiles,
  signResultPackage,
  writeResultFiles,
} from '#firmware/vault/result-package.ts';
import type { CountableVault } from '#firmware/vault/vault.ts';
import { wait } from '#hal/clock.ts';
import { forget } from '#hal/secret-bytes.ts';
import { dateText } from './booth-calendar.ts';
import type { BoothOptions } from './booth-options.ts';
import type { BoothTokens } from './booth-tokens.ts';
import { countBallots } from './counting.ts';

/** The folder of the result on each medium. */
export const RESULT_FOLDER = 'result';
/** What the report says beside the package: its date and what officers overrode. */
const REPORT_NOTES = 'tally-notes.json';

export type SignedReport = { readonly data: TallyReportData; readonly signature: Uint8Array };

const refusalOf = (kind: NonNullable<ReturnType<typeof checkShare>>['kind']): TokenRefusal => {
  switch (kind) {
    case 'foreign':
    case 'repeated':
    case 'forged':
      return kind;
    case 'unknown':
    case 'tooFew':
      return 'noShare';
    case 'malformed':
    case 'wrongKey':
      return 'forged';
  }
};

/** Nothing of the shares can be read again, as far as JavaScript can promise. */
const wipe = (shares: readonly Share[]): void => {
  for (const { bytes } of shares) forget(bytes);
};

const MEDIA = ['fixed', 'removable'] as const;

type CountingParts = {
  readonly options: BoothOptions;
  readonly vault: CountableVault;
  readonly tokens: BoothTokens;
  readonly ceremony: () => CeremonyRecord | null;
  /** What officers overrode, as the report says it. */
  readonly overrides: () => readonly string[];
};

export const makeBoothCounting = (parts: CountingParts) => {
  const { options, vault, tokens, ceremony } = parts;
  const { board, electionPackage, identity } = options;
  const { definition } = electionPackage;
  const locale = options.locale ?? definition.locale;
  let shares: Share[] = [];
  let report: SignedReport | null = null;

  /** What is counted and said, without what is signed about it. */
  type Unsigned = Omit<TallyReportData, 'keyCertificate' | 'packageSignature'>;

  /** The report carries the signature of the package, too: a photograph of it will do for a centre. */
  const signed = (said: Unsigned): SignedReport => {
    const data: TallyReportData = {
      ...said,
      keyCertificate: options.certificates.key,
      packageSignature: signResultPackage(encodeResultPackage(packageOf(said)), identity),
    };
    return { data, signature: sign(identity.privateKey, tallySigningBytes(data)) };
  };

  const machine = {
    machineCode: options.machineCode,
    machineKey: identity.publicKey,
    certificate: options.certificates.report,
  };

  const reportOf = async (
    totals: Totals,
    authentication: AuthenticationTotals,
  ): Promise<SignedReport> => {
    const { epoch, reprints, spoils } = vault.journal();
    const trusted = options.calendarTrusted?.() ?? true;
    return signed({
      definition,
      totals,
      authentication,
      counters: { epoch, reprints, spoils },
      ...machine,
      logHead: await options.logHead(),
      dateText: dateText(definition.calendar, board.clock.calendarMs(), trusted, locale),
      overrides: parts.overrides(),
    });
  };

  const packageOf = (data: Unsigned): ResultPackage => ({
    format: RESULT_FORMAT,
    election: definition.id,
    test: definition.test,
    pollingPlaceCode: definition.precinct.pollingPlaceCode,
    precinctNumber: definition.precinct.number,
    reportId: definition.precinct.reportId,
    ballots: data.totals.ballots,
    contests: resultContests(data.totals),
    authentication: data.authentication,
    reprints: data.counters.reprints,
    spoils: data.counters.spoils,
    copies: definition.rules.tallyCopies,
    machineCode: data.machineCode,
    logHead: data.logHead,
    machineKey: toHex(identity.publicKey),
    certificate: toHex(options.certificates.key),
  });

  /** The report again from the package that this machine signed; the signature comes out the same. */
  const reportFrom = (found: ResultPackage, notes: Readonly<Record<string, unknown>>) => {
    const contests = found.contests.map((contest) => {
      const defined = definition.contests.find(({ id }) => id === contest.id);
      if (defined === undefined) throw new Error('a package of another offer');
      return {
        contestId: contest.id,
        options: contestOptions(definition, defined),
        votes: contest.options.map(({ votes }) => votes),
        nulls: contest.nulls,
        ballots: contest.ballots,
        positions: contest.positions,
      };
    });
    const { dateText: date, overrides } = notes;
    return signed({
      definition,
      totals: { ballots: found.ballots, contests },
      authentication: found.authentication,
      counters: { epoch: found.ballots, reprints: found.reprints, spoils: found.spoils },
      ...machine,
      logHead: found.logHead,
      dateText: typeof date === 'string' ? date : '',
      overrides: Array.isArray(overrides) ? overrides.map(String) : [],
    });
  };

  const readReport = async (): Promise<SignedReport | null> => {
    for (const name of MEDIA) {
      const read = (file: string) => board.media[name].read(`${RESULT_FOLDER}/${file}`);
      const [bytes, signature, notes] = [
        await read(RESULT_FILES.package),
        await read(RESULT_FILES.signature),
        await read(REPORT_NOTES),
      ];
      if (!bytes.ok || !signature.ok || bytes.value === null || signature.value === null) continue;
      const opened = openResultPackage(bytes.value, signature.value, identity.publicKey, null);
      if (!opened.ok) continue;
      const text = notes.ok && notes.value !== null ? textOf(notes.value) : null;
      return reportFrom(opened.value, jsonObject(text ?? '') ?? {});
    }
    return null;
  };

  const writeTo = async (
    name: (typeof MEDIA)[number],
    files: Readonly<Record<string, Uint8Array>>,
  ): Promise<boolean> => {
    const medium = board.media[name];
    if (!medium.present()) return false;
    const written = await writeResultFiles(medium, RESULT_FOLDER, files);
    if (!written.ok) return false;
    const digest = toHex(codeDigest(files[RESULT_FILES.package] ?? new Uint8Array(0)));
    options.log({ id: 'resultPackageWritten', fields: { digest, medium: name } });
    return true;
  };

  const countWith = async (
    given: readonly Share[],
    authentication: AuthenticationTotals | null,
    progress: (event: BoothEvent) => void,
  ): Promise<BoothEvent> => {
    const record = ceremony();
    const sealed = await vault.sealedBallots();
    if (!sealed.ok) return { kind: 'notCounted', code: 'vault.tampered' };
    if (record === null || authentication === null)
      return { kind: 'notCounted', code: 'counting.noRecord' };
    const votes = vault.journal().epoch;
    const counted = await (options.count ?? countBallots)({
      definition,
      sealedBallots: sealed.value,
      votes,
      shares: given,
      ceremony: record,
      pause: (opened) => {
        progress({ kind: 'ballotsOpened', opened, ballots: votes });
        return wait(board.clock, 0);
      },
    });
    if (!counted.ok) return { kind: 'notCounted', code: counted.error };
    report = await reportOf(counted.value, authentication);
    return { kind: 'counted' };
  };

  return {
    /** A share from the token in the slot. */
    giveShare: async (pin: string): Promise<BoothEvent> => {
      const share = await tokens.share(pin);
      if (!share.ok) return { kind: 'shareRefused', refusal: share.error };
      const record = ceremony();
      const fault = record === null ? null : checkShare(share.value, record, shares);
      if (record === null || fault !== null) {
        forget(share.value.bytes);
        return { kind: 'shareRefused', refusal: fault === null ? 'forged' : refusalOf(fault.kind) };
      }
      shares.push(share.value);
      options.log({ id: 'shareAccepted', fields: { officer: share.value.holder } });
      return { kind: 'shareGiven', given: shares.length };
    },

    /** Opens and counts the urn; the shares are gone afterwards, whatever came out. */
    count: async (
      state: BoothState,
      progress: (event: BoothEvent) => void,
    ): Promise<BoothEvent> => {
      const given = shares;
      shares = [];
      try {
        return await countWith(given, state.authentication, progress);
      } finally {
        wipe(given);
      }
    },

    /** The signed report; after a restart from the media, null when no package is on them. */
    report: async (): Promise<SignedReport | null> => {
      report ??= await readReport();
      return report;
    },

    /** The process ends: shares that were given and not counted are overwritten. */
    forgetShares: (): void => {
      wipe(shares);
      shares = [];
    },

    /** The package, its signature and the machine's key on every medium; one is enough. */
    writeResult: async (): Promise<BoothEvent> => {
      if (report === null) return { kind: 'resultWritten', written: false };
      const files = {
        ...resultFiles(packageOf(report.data), identity),
        [REPORT_NOTES]: jsonBytes({
          dateText: report.data.dateText,
          overrides: report.data.overrides,
        }),
      };
      const onFixed = await writeTo('fixed', files);
      const onRemovable = await writeTo('removable', files);
      return { kind: 'resultWritten', written: onFixed || onRemovable };
    },
  };
};
