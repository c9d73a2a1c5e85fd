/** The signed texts of a precinct's tally report, as its QR codes have them, for what its result package says. */
import {
  machineKeyCertificateBytes,
  type SignedTally,
  signedQrParts,
  signingBytes,
} from '#firmware/paper/qr-payloads.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import { sign } from '#firmware/vault/keys.ts';
import type { SyntheticCountry } from '#scripts/nation/synthetic-country.ts';

export const reportTextOf = (country: SyntheticCountry, at: number): string => {
  const found = country.resultOf(at);
  const machine = country.machineOf(at);
  const subject = {
    electionId: found.election,
    reportId: found.reportId,
    machineCode: found.machineCode,
    machineKey: machine.publicKey,
  };
  const tally: SignedTally = {
    ...subject,
    pollingPlaceCode: found.pollingPlaceCode,
    precinct: found.precinctNumber,
    certificate: sign(country.authority.privateKey, machineKeyCertificateBytes(subject)),
    keyCertificate: bytesOfHex(found.certificate, 64) ?? new Uint8Array(64),
    packageSignature: country.packageOf(at).signature,
    logHead: found.logHead,
    ballots: found.ballots,
    counters: { epoch: found.ballots, reprints: found.reprints, spoils: found.spoils },
    authentication: found.authentication,
    contests: found.contests.map(({ id, ballots, positions, nulls, options }) => ({
      contestId: id,
      ballots,
      positions,
      nulls,
      votes: options.map(({ votes }) => votes),
    })),
  };
  const parts = signedQrParts(tally, sign(machine.privateKey, signingBytes(tally)));
  return `ACTA DE ESCRUTINIO\n${parts.join('\n')}\n`;
};
