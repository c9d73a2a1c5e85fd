/**
 * A precinct after its day, as its media hold it: the signed result, the machine's identity, the log. Its
 * result may leave when the log, signed by the machine, says that the first tally report is on paper.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ClosedPrecinct } from '#firmware/transmission/run-sender.ts';
import { bytesOfHex, equalBytes, jsonObject } from '#firmware/vault/bytes.ts';
import { readLog } from '#firmware/vault/event-log-format.ts';
import { ed25519PublicKey, KEY_BYTES, type KeyPair } from '#firmware/vault/keys.ts';
import {
  MAX_RESULT_BYTES,
  openResultPackage,
  precinctId,
  RESULT_FILES,
} from '#firmware/vault/result-package.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { faultPhrase } from '../audit/check-log.ts';
import { findLogs } from '../audit/find-log.ts';
import { tell } from '../audit/words/phrase.ts';

const PACKAGE_PLACES = ['', 'media/removable/booth/result', 'media/fixed/booth/result', 'result'];
const IDENTITY_PLACES = ['media/fixed/log/identity', 'log/identity', 'identity'];
const IDENTITY_BYTES_MOST = 4096;

export type PrecinctProblem = {
  readonly code:
    | 'noPackage'
    | 'noIdentity'
    | 'noLog'
    /** Not signed by this machine, or not certified by the authority. */
    | 'wrongPackage'
    /** Bound or signed otherwise than the machine does. */
    | 'wrongLog'
    /** The log does not say that a tally report was printed: nothing may be sent. */
    | 'reportNotPrinted';
  readonly detail: string;
};

export type Precinct = { readonly closed: ClosedPrecinct; readonly identity: KeyPair };

const problem = (code: PrecinctProblem['code'], detail: string) => err({ code, detail });

const readSmall = (path: string, most: number): Uint8Array | null =>
  existsSync(path) && statSync(path).isFile() && statSync(path).size <= most
    ? new Uint8Array(readFileSync(path))
    : null;

/** As firmware/vault/identity.ts writes it. */
const identityIn = (bytes: Uint8Array): KeyPair | null => {
  const content = jsonObject(Buffer.from(bytes).toString('utf8'));
  const privateKey = bytesOfHex(content?.privateKey, KEY_BYTES);
  const publicKey = bytesOfHex(content?.publicKey, KEY_BYTES);
  if (privateKey === null || publicKey === null) return null;
  return equalBytes(ed25519PublicKey(privateKey), publicKey) ? { privateKey, publicKey } : null;
};

const findIdentity = (folder: string, file: string | null): KeyPair | null => {
  const places = file === null ? IDENTITY_PLACES.map((place) => join(folder, place)) : [file];
  for (const place of places) {
    const bytes = readSmall(place, IDENTITY_BYTES_MOST);
    if (bytes !== null) return identityIn(bytes);
  }
  return null;
};

/** Whether one of the logs, sound to its end, has the printed report after the head that the package names. */
const gateProblem = (
  folder: string,
  machineKey: Uint8Array,
  logHead: string,
): PrecinctProblem | null => {
  const logs = [...findLogs(folder)];
  if (logs.length === 0) return { code: 'noLog', detail: `no event log in ${folder}` };
  let found: PrecinctProblem | null = null;
  for (const [path, bytes] of logs) {
    const { entries, problems } = readLog(bytes, [machineKey], null, false);
    const [wrong] = problems;
    const head = entries.findIndex(({ hash }) => hash === logHead);
    const printed = entries.findIndex(({ id }) => id === 'tallyReportPrinted');
    if (wrong !== undefined)
      found ??= {
        code: 'wrongLog',
        detail: `${path}, entry ${wrong.line}: ${tell('en', faultPhrase(wrong.fault))}`,
      };
    else if (head < 0)
      found ??= { code: 'wrongLog', detail: `${path} is not the log that the package names` };
    else if (printed > head) return null;
    else found ??= { code: 'reportNotPrinted', detail: `${path} has no printed tally report` };
  }
  return found;
};

/** `identityFile`: where the machine's identity lies; null: on the fixed medium below `folder`. */
export const openClosedPrecinct = (
  folder: string,
  authorityKey: Uint8Array,
  identityFile: string | null,
): Result<Precinct, PrecinctProblem> => {
  const place = PACKAGE_PLACES.map((each) => join(folder, each)).find((each) =>
    existsSync(join(each, RESULT_FILES.package)),
  );
  if (place === undefined) return problem('noPackage', `no ${RESULT_FILES.package} in ${folder}`);
  const bytes = readSmall(join(place, RESULT_FILES.package), MAX_RESULT_BYTES);
  const signature = readSmall(join(place, RESULT_FILES.signature), KEY_BYTES * 2);
  if (bytes === null || signature === null)
    return problem('noPackage', `${place} holds no package with its signature`);
  const identity = findIdentity(folder, identityFile);
  if (identity === null)
    return problem('noIdentity', identityFile ?? `no ${IDENTITY_PLACES[0]} in ${folder}`);
  const opened = openResultPackage(bytes, signature, identity.publicKey, authorityKey);
  if (!opened.ok) return problem('wrongPackage', opened.error.kind);
  const { election, logHead } = opened.value;
  const held = gateProblem(folder, identity.publicKey, logHead);
  if (held !== null) return err(held);
  return ok({
    closed: { election, precinct: precinctId(opened.value), bytes, signature },
    identity,
  });
};
