/** What a receiver hears from machines, and machines from a receiver. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeJudge } from '#firmware/nation/judge-package.ts';
import { openAppointment, signAppointment } from '#firmware/transmission/appointment.ts';
import { openReceipt, signReceipt } from '#firmware/transmission/receipt.ts';
import {
  readRefusal,
  readSubmission,
  writeRefusal,
  writeSubmission,
} from '#firmware/transmission/submission.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { makeNationalElection } from '../../nation/made-up.ts';
import { makeSyntheticCountry } from '../../nation/synthetic-country.ts';
import { type FuzzTarget, type FuzzVerdict, finding, sameAgain } from '../target.ts';

const ELECTION = makeNationalElection(1, 2);
const COUNTRY = makeSyntheticCountry(ELECTION, 1);
const JUDGE = makeJudge({
  offer: ELECTION.offer,
  register: COUNTRY.register,
  authorityKey: COUNTRY.authority.publicKey,
});
const KEY = makeEd25519KeyPair(makeSeededEntropy(1, 'receiver'));
const PACKAGE = COUNTRY.packageOf(0);
const precinct = COUNTRY.register.precincts[0]!.id;
const RECEIPT = { election: ELECTION.offer.id, precinct, digest: sha256Hex(PACKAGE.bytes) };
const APPOINTMENT = {
  election: ELECTION.offer.id,
  url: 'https://127.0.0.1:8443',
  key: KEY.publicKey,
};

const runSubmission = (input: Uint8Array): FuzzVerdict => {
  const read = readSubmission(input);
  if (read === null) return 'refused';
  const judged = JUDGE.judge(read.bytes, read.signature);
  if (judged.ok) return sameAgain(input, writeSubmission(read));
  return judged.error.detail.length > 0 ? 'refused' : finding('refused, without a reason');
};

const runReceipt = (input: Uint8Array): FuzzVerdict => {
  const read = openReceipt(input, KEY.publicKey);
  return read === null ? 'refused' : sameAgain(input, signReceipt(read, KEY.privateKey));
};

const runAppointment = (input: Uint8Array): FuzzVerdict => {
  const read = openAppointment(input, KEY.publicKey);
  return read === null ? 'refused' : sameAgain(input, signAppointment(read, KEY.privateKey));
};

const runRefusal = (input: Uint8Array): FuzzVerdict => {
  const read = readRefusal(input);
  if (read === null) return 'refused';
  const again = readRefusal(writeRefusal(read));
  return again?.code === read.code && read.detail.startsWith(again.detail)
    ? 'accepted'
    : finding('written again it is another');
};

export const TRANSMISSION_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'submission',
    describes: 'what a machine posts to a receiver: signature and result package',
    seeds: () => [writeSubmission(PACKAGE), writeSubmission(COUNTRY.packageOf(1))],
    run: runSubmission,
  },
  {
    name: 'receipt',
    describes: "a receiver's signed receipt",
    seeds: () => [signReceipt(RECEIPT, KEY.privateKey)],
    run: runReceipt,
  },
  {
    name: 'receiver-appointment',
    describes: "the authority's appointment of a receiver",
    seeds: () => [signAppointment(APPOINTMENT, KEY.privateKey)],
    run: runAppointment,
  },
  {
    name: 'receiver-refusal',
    describes: 'why a receiver does not take a package',
    seeds: () => [writeRefusal({ code: 'conflict', detail: 'the precinct has another' })],
    run: runRefusal,
  },
];
