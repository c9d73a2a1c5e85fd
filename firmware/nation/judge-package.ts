/**
 * May this package be added up? Signed by a machine that the register lists for the precinct, certified by
 * the authority, of this election and this offer, and with figures that add up. What is wrong has a code.
 */
import type { BallotOption } from '#firmware/election/ballot.ts';
import { contestOptions } from '#firmware/election/resolve-ballot.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import { verifyCertificate } from '#firmware/vault/identity.ts';
import { SIGNATURE_BYTES, verify } from '#firmware/vault/keys.ts';
import {
  decodeResultPackage,
  MAX_RESULT_BYTES,
  precinctId,
  type ResultPackage,
} from '#firmware/vault/result-package.ts';
import { packageProblemText } from '#firmware/vault/result-package-check.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { type AccountingProblem, accountingProblem, accountingText } from './accounting.ts';
import { type BallotForm, makeFormIn, precinctInForm, readByForm } from './ballot-form.ts';
import type { NationalContest, NationalOffer } from './offer.ts';
import type { Register, RegisteredPrecinct } from './register.ts';

/** An election as whoever adds up knows it; both were signed by the authority. */
export type Nation = {
  readonly offer: NationalOffer;
  readonly register: Register;
  /** Ed25519, 32 bytes. */
  readonly authorityKey: Uint8Array;
};

export type RefusalCode =
  /** Larger than any result package. */
  | 'huge'
  /** Not a result package in its one spelling. */
  | 'malformed'
  /** Of another election. */
  | 'otherElection'
  /** A test election's in a real one, or the other way round. */
  | 'testFlag'
  /** Of a precinct that the register does not have, or with another report's number. */
  | 'unknownPrecinct'
  /** Of a machine that the register does not list for this precinct. */
  | 'unlistedMachine'
  /** Not signed by the machine that it names. */
  | 'wrongSignature'
  /** The authority did not certify this machine for this precinct. */
  | 'notCertified'
  /** Contests or options are not those of the precinct's districts, in their order. */
  | 'otherOffer'
  /** Figures that can not be. */
  | 'accounting';

export type Refusal = {
  readonly code: RefusalCode;
  /** As the package says, where it is the register's. */
  readonly precinct: string | null;
  readonly detail: string;
  /** With `accounting`: the identity that does not hold. */
  readonly accounting?: AccountingProblem;
};

export type Judged = {
  /** Its place in the register. */
  readonly at: number;
  readonly precinct: RegisteredPrecinct;
  readonly form: BallotForm;
  /** The first `form.width` are the package's figures; good until the next call. */
  readonly row: Uint32Array;
};

export type Judge = {
  readonly judge: (bytes: Uint8Array, signature: Uint8Array) => Result<Judged, Refusal>;
  readonly formOf: (precinct: RegisteredPrecinct) => BallotForm;
  readonly optionsOf: (contest: NationalContest) => readonly BallotOption[];
};

const makeOptionsOf = (
  offer: NationalOffer,
): ((contest: NationalContest) => readonly BallotOption[]) => {
  const known = new Map<string, readonly BallotOption[]>();
  return (contest) => {
    const found = known.get(contest.id) ?? contestOptions(offer, contest);
    known.set(contest.id, found);
    return found;
  };
};

const sameOffer = (form: BallotForm, found: ResultPackage): boolean =>
  found.contests.length === form.contests.length &&
  form.contests.every(({ contest, options }, index) => {
    const given = found.contests[index];
    return (
      given?.id === contest.id &&
      given.positions === contest.votes &&
      given.options.length === options.length &&
      options.every(({ cardId, candidateId }, at) => {
        const option = given.options[at];
        return option?.card === cardId && option.candidate === candidateId;
      })
    );
  });

/** Which of a precinct's machines signed: the key in hex; null: none. */
const signerOf = (
  { machines }: RegisteredPrecinct,
  bytes: Uint8Array,
  signature: Uint8Array,
): string | null =>
  machines.find(({ key }) => verify(bytesOfHex(key, 32)!, bytes, signature))?.key ?? null;

export const makeJudge = ({ offer, register, authorityKey }: Nation): Judge => {
  const optionsOf = makeOptionsOf(offer);
  const formIn = makeFormIn(offer, optionsOf);
  const formOf = ({ districtIds }: RegisteredPrecinct): BallotForm => formIn(districtIds);
  const places = new Map(register.precincts.map(({ id }, at) => [id, at]));
  const anyForm = formIn([]);
  let row = new Uint32Array(0);

  /** Why bytes that are not in the form of their precinct are none of its packages. */
  const refusalOf = (bytes: Uint8Array, signature: Uint8Array): Refusal => {
    const decoded = decodeResultPackage(bytes);
    const refuse = (code: RefusalCode, detail: string, precinct: string | null = null) => ({
      code,
      precinct,
      detail,
    });
    if (!decoded.ok) {
      const { error } = decoded;
      return refuse(
        'malformed',
        error.kind === 'malformed' ? error.problems.map(packageProblemText).join('; ') : error.kind,
      );
    }
    const found = decoded.value;
    if (found.election !== offer.id)
      return refuse('otherElection', `of the election ${found.election}`);
    if (found.test !== offer.test)
      return refuse('testFlag', found.test ? 'of a test election' : 'not of a test election');
    const id = precinctId(found);
    const precinct = register.precincts[places.get(id) ?? -1];
    if (precinct === undefined) return refuse('unknownPrecinct', `${id} is not in the register`);
    const signer = signerOf(precinct, bytes, signature);
    if (signer === null)
      return refuse('wrongSignature', 'no machine of the precinct signed these bytes', id);
    if (found.certificate === null) return refuse('notCertified', 'without a certificate', id);
    if (sameOffer(formOf(precinct), found))
      throw new Error(`a package of ${id} is sound and yet not in its form`);
    return refuse(
      'otherOffer',
      "contests or options are not those of the precinct's districts",
      id,
    );
  };

  return {
    formOf,
    optionsOf,
    judge: (bytes, signature) => {
      if (bytes.length > MAX_RESULT_BYTES)
        return err({ code: 'huge', precinct: null, detail: `${bytes.length} bytes` });
      const id = precinctInForm(anyForm, bytes);
      const at = places.get(id) ?? -1;
      const precinct = register.precincts[at];
      if (precinct === undefined) return err(refusalOf(bytes, signature));
      const form = formOf(precinct);
      if (row.length < form.width) row = new Uint32Array(form.width);
      const names = readByForm(form, bytes, row);
      if (names === null) return err(refusalOf(bytes, signature));
      const refuse = (code: RefusalCode, detail: string) => err({ code, precinct: id, detail });
      if (names.reportId !== precinct.reportId)
        return refuse('unknownPrecinct', `report ${names.reportId} is not that of the precinct`);
      const { machineCode, machineKey: hex } = names;
      if (!precinct.machines.some(({ code, key }) => code === machineCode && key === hex))
        return refuse('unlistedMachine', `${machineCode} is not listed for the precinct`);
      const machineKey = bytesOfHex(hex, 32);
      if (machineKey === null || !verify(machineKey, bytes, signature))
        return refuse('wrongSignature', 'the machine did not sign these bytes');
      const certificate = bytesOfHex(names.certificate, SIGNATURE_BYTES);
      const machine = { election: offer.id, precinct: id, machineKey };
      if (certificate === null || !verifyCertificate(machine, certificate, authorityKey))
        return refuse('notCertified', 'the authority did not certify this machine');
      if (bytesOfHex(names.logHead, 32) === null)
        return refuse('malformed', 'the log head is not 64 hexadecimal digits');
      const problem = accountingProblem(form, row, precinct.registered);
      if (problem === null) return ok({ at, precinct, form, row });
      return err({
        code: 'accounting',
        precinct: id,
        detail: accountingText(problem),
        accounting: problem,
      });
    },
  };
};
