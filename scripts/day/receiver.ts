/**
 * The receiving centre of one precinct's day: judges what the machine sends as every receiver does, keeps the
 * first package and signs for it, always the same; another one is refused as a conflict.
 */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeJudge } from '#firmware/nation/judge-package.ts';
import type { RegisteredMachine } from '#firmware/nation/register.ts';
import type { Appointment } from '#firmware/transmission/appointment.ts';
import { signReceipt } from '#firmware/transmission/receipt.ts';
import {
  readSubmission,
  type Submission,
  writeRefusal,
} from '#firmware/transmission/submission.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import type { NetworkAnswer } from '#hal/network.ts';
import { onePrecinctNation } from '../nation/one-precinct.ts';
import { authorityPublicKey, type Provision } from './provision.ts';

/** Nobody listens there: messages of a virtual day cross an emulated network. */
const URL = 'https://centro.example:8443';
const OK = 200;
const REFUSED = 422;
const CONFLICT = 409;

export type DayReceiver = {
  readonly appointment: Appointment;
  /** The authority lists this machine for the precinct. */
  readonly list: (machineCode: string, machineKey: Uint8Array) => void;
  readonly answer: (message: Uint8Array) => Promise<NetworkAnswer>;
  /** What it has, and how often it was acknowledged; null: nothing. */
  readonly received: () => (Submission & { readonly times: number }) | null;
  /** Somebody else's package of this precinct is there, until that is cleared up. */
  readonly setConflict: (conflict: boolean) => void;
};

export const makeDayReceiver = (given: Provision, seed: number): DayReceiver => {
  const { definition, pollbook } = given;
  const identity = makeEd25519KeyPair(makeSeededEntropy(seed, 'receiver'));
  const machines: RegisteredMachine[] = [];
  let received: Submission | null = null;
  let times = 0;
  let conflict = false;

  const refuse = (status: number, code: string, detail: string): NetworkAnswer => ({
    status,
    body: writeRefusal({ code, detail }),
  });
  const answer = (message: Uint8Array): NetworkAnswer => {
    const submission = readSubmission(message);
    if (submission === null) return refuse(REFUSED, 'malformed', 'no signature and package');
    const { bytes, signature } = submission;
    const { judge } = makeJudge(
      onePrecinctNation(definition, pollbook.voters.length, machines, authorityPublicKey(given)),
    );
    const judged = judge(bytes, signature);
    if (!judged.ok) return refuse(REFUSED, judged.error.code, judged.error.detail);
    const digest = sha256Hex(bytes);
    if (conflict || (received !== null && sha256Hex(received.bytes) !== digest))
      return refuse(CONFLICT, 'conflict', 'the precinct has another package');
    received ??= { bytes: bytes.slice(), signature: signature.slice() };
    times++;
    const precinct = judged.value.precinct.id;
    const receipt = signReceipt({ election: definition.id, precinct, digest }, identity.privateKey);
    return { status: OK, body: receipt };
  };

  return {
    appointment: { election: definition.id, url: URL, key: identity.publicKey },
    list: (code, machineKey) => {
      const key = toHex(machineKey);
      if (!machines.some((each) => each.key === key)) machines.push({ code, key });
    },
    answer: (message) => Promise.resolve(answer(message)),
    received: () => (received === null ? null : { ...received, times }),
    setConflict: (next) => {
      conflict = next;
    },
  };
};
