/**
 * A published election checked from nothing but the authority's public key: every file of it, one by one,
 * and all of it together. Whatever is cut, doubled, renamed, edited, of another election, huge, in another
 * encoding, too much or missing is a failure with the file's name. Nothing is followed out of the folder.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeAggregation, type Rejection, type RejectionCode } from '#firmware/nation/aggregate.ts';
import { makeJudge, type Nation } from '#firmware/nation/judge-package.ts';
import type { NationProblem } from '#firmware/nation/open-nation.ts';
import { paperCodeProblems } from '#firmware/nation/paper-code-list.ts';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { decodeResultPackage, RESULT_FILES } from '#firmware/vault/result-package.ts';
import { makePackageReader } from '../nation/find-packages.ts';
import { openNationalFolder } from '../nation/national-folder.ts';
import { checksumText } from './publish.ts';
import { readPublished } from './published-result.ts';
import { pictureProblem } from './report-picture.ts';
import { reportProblem } from './report-text.ts';
import { reportProblemText } from './report-words.ts';
import { siteDocuments } from './site-documents.ts';
import { mostBytesAt, PACKAGES, packagePath, reportPath, SITE_FILES } from './site-files.ts';

export type SiteFailureCode =
  | RejectionCode
  | NationProblem['code']
  /** Listed, or needed, and not there. */
  | 'missing'
  /** On no list of what a site may have; also a link, a pipe. */
  | 'extra'
  /** Not the bytes that `SHA256SUMS` lists. */
  | 'checksum'
  /** There, and not in `SHA256SUMS`. */
  | 'unlisted'
  /** A precinct's package in another precinct's place. */
  | 'renamed'
  /** Not what follows from the packages. */
  | 'derived'
  /** Not the key it should be. */
  | 'otherKey'
  /** A report that is not its package's, or a picture that is none. */
  | 'report';

export type SiteFailure = {
  readonly code: SiteFailureCode;
  readonly file: string;
  readonly detail: string;
};

export type SiteCheck = {
  readonly failures: readonly SiteFailure[];
  /** Precincts whose package is there and sound. */
  readonly accepted: number;
  /** Precincts that the site itself has no counted package of. */
  readonly missing: readonly string[];
};

type Fail = (code: SiteFailureCode, file: string, detail: string) => void;

const MAX_DEPTH = 4;

/** Every file below the site, sorted; what is no file of a site is reported and not looked into. */
const filesOf = (site: string, fail: Fail): readonly string[] => {
  const found: string[] = [];
  const look = (folder: string, depth: number): void => {
    for (const entry of readdirSync(join(site, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < MAX_DEPTH) {
        look(path, depth + 1);
        continue;
      }
      const most = mostBytesAt(path);
      if (!entry.isFile() || most === null)
        fail('extra', path, 'is nothing that a published election has');
      else if (statSync(join(site, path)).size > most)
        fail('huge', path, `more than ${most} bytes`);
      else found.push(path);
    }
  };
  look('', 0);
  return found.sort();
};

const digestOf = (file: string): string => {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(1024 * 1024);
  const opened = openSync(file, 'r');
  try {
    for (;;) {
      const count = readSync(opened, chunk);
      if (count === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, count));
    }
  } finally {
    closeSync(opened);
  }
};

const LINE = /^([0-9a-f]{64}) {2}([!-~]+)$/;

/** Every file against the list of checksums, and the list against the files. */
const checkSums = (site: string, files: readonly string[], fail: Fail): void => {
  const name = SITE_FILES.checksums;
  if (!files.includes(name)) return;
  const text = readFileSync(join(site, name), 'utf8');
  const listed = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, digest, path] = LINE.exec(line) ?? [];
    if (digest !== undefined && path !== undefined) listed.set(path, digest);
  }
  if (checksumText(listed) !== text) fail('malformed', name, 'not in its one spelling');
  const there = new Set(files);
  for (const path of listed.keys()) if (!there.has(path)) fail('missing', path, `${name} lists it`);
  for (const path of files) {
    if (path === name) continue;
    const digest = listed.get(path);
    if (digest === undefined) fail('unlisted', path, `not in ${name}`);
    else if (digest !== digestOf(join(site, path)))
      fail('checksum', path, `not what ${name} lists`);
  }
};

const precinctsIn = (files: readonly string[]): readonly string[] => [
  ...new Set(
    files.flatMap((path) => (path.startsWith(`${PACKAGES}/`) ? [path.split('/')[1] ?? ''] : [])),
  ),
];

type Packages = {
  readonly aggregation: ReturnType<typeof makeAggregation>;
  readonly logHeads: readonly (string | null)[];
};

/** Every package in its place, with its key and its reports. */
const checkPackages = (
  site: string,
  files: readonly string[],
  nation: Nation,
  fail: Fail,
  onProgress: (done: number, of: number) => void,
): Packages => {
  const { offer, register, authorityKey } = nation;
  const aggregation = makeAggregation(offer, register, makeJudge(nation));
  const places = new Map(register.precincts.map(({ id }, at) => [id, at]));
  const logHeads: (string | null)[] = register.precincts.map(() => null);
  const there = new Set(files);
  const read = makePackageReader();
  const named = precinctsIn(files);
  const check = (id: string): void => {
    const file = packagePath(id, 'package');
    for (const part of ['package', 'signature', 'machineKey'] as const)
      if (!there.has(packagePath(id, part)))
        fail('missing', packagePath(id, part), `${RESULT_FILES[part]} of ${id}`);
    if (!there.has(file) || !there.has(packagePath(id, 'signature'))) return;
    const found = read(join(site, file));
    if (!found.ok) {
      fail(found.code, file, found.detail);
      return;
    }
    const { kind, precinct } = aggregation.take(file, found.bytes, found.signature, id);
    if (precinct === null) return;
    if (precinct !== id) {
      fail('renamed', file, `it is the package of ${precinct}`);
      return;
    }
    const decoded = decodeResultPackage(found.bytes);
    const at = places.get(id);
    if (!decoded.ok || at === undefined || kind === 'rejected') return;
    logHeads[at] = decoded.value.logHead;
    const keyFile = packagePath(id, 'machineKey');
    const pem = publicKeyPem(new Uint8Array(Buffer.from(decoded.value.machineKey, 'hex')));
    if (there.has(keyFile) && readFileSync(join(site, keyFile), 'utf8') !== pem)
      fail('otherKey', keyFile, 'not the key of the machine that signed');
    const text = reportPath(id, 'txt');
    const problem = there.has(text)
      ? reportProblem(new Uint8Array(readFileSync(join(site, text))), decoded.value, authorityKey)
      : null;
    if (problem !== null) fail('report', text, reportProblemText(problem));
  };
  named.forEach((id, index) => {
    check(id);
    onProgress(index + 1, named.length);
  });
  return { aggregation, logHeads };
};

const checkPictures = (site: string, files: readonly string[], fail: Fail): void => {
  for (const path of files.filter((each) => each.endsWith('.png'))) {
    const problem = pictureProblem(new Uint8Array(readFileSync(join(site, path))));
    if (problem !== null) fail('report', path, problem);
  }
};

/** Reports of precincts that have no counted package. */
const checkStrayReports = (
  files: readonly string[],
  ids: ReadonlySet<string>,
  fail: Fail,
): void => {
  for (const path of files) {
    const id = /^reports\/(.+)\.(?:txt|png)$/.exec(path)?.[1];
    if (id !== undefined && !ids.has(id))
      fail('extra', path, 'its precinct has no counted package');
  }
};

/** All that follows from the packages, made again. */
const checkDerived = (
  site: string,
  files: readonly string[],
  nation: Nation,
  { aggregation, logHeads }: Packages,
  fail: Fail,
): void => {
  if (!files.includes(SITE_FILES.result)) return;
  const published = readPublished(readFileSync(join(site, SITE_FILES.result)));
  if (published === null) {
    fail('malformed', SITE_FILES.result, 'not a national result');
    return;
  }
  const { rejected, repeated, at, locale } = published;
  const sums = { ...aggregation.sums(), rejected, repeated };
  const documents = siteDocuments({ nation, sums, logHeads, at, locale });
  for (const [path, text] of Object.entries(documents)) {
    if (!files.includes(path)) continue;
    if (readFileSync(join(site, path), 'utf8') === text) continue;
    if (path === SITE_FILES.authorityKey) fail('otherKey', path, "not the authority's key");
    else fail('derived', path, 'not what follows from the packages');
  }
};

const checkPaperCodes = (
  site: string,
  there: ReadonlySet<string>,
  nation: Nation,
): readonly NationProblem[] => {
  const { paperCodes, paperCodesSignature } = SITE_FILES;
  if (!there.has(paperCodes) || !there.has(paperCodesSignature)) return [];
  const bytes = (name: string) => new Uint8Array(readFileSync(join(site, name)));
  return paperCodeProblems(bytes(paperCodes), bytes(paperCodesSignature), nation);
};

const failureOf = ({ code, origin, detail }: Rejection): SiteFailure => ({
  code,
  file: origin,
  detail,
});

/** Total: any folder gets an answer. `authorityKey`: Ed25519, 32 bytes. */
export const verifySite = (
  site: string,
  authorityKey: Uint8Array,
  onProgress: (done: number, of: number) => void = () => undefined,
): SiteCheck => {
  const failures: SiteFailure[] = [];
  const fail: Fail = (code, file, detail) => {
    failures.push({ code, file, detail });
  };
  const files = filesOf(site, fail);
  const there = new Set(files);
  const tooLarge = new Set(failures.map(({ file }) => file));
  for (const name of Object.values(SITE_FILES))
    if (!there.has(name) && !tooLarge.has(name))
      fail('missing', name, 'every published election has it');
  checkSums(site, files, fail);
  checkPictures(site, files, fail);
  const needed = ['offer', 'offerSignature', 'register', 'registerSignature'] as const;
  const opened = needed.every((name) => there.has(SITE_FILES[name]))
    ? openNationalFolder(site, authorityKey)
    : null;
  if (opened === null || !opened.ok) {
    for (const { code, file, message } of opened?.error ?? []) fail(code, file, message);
    return { failures, accepted: 0, missing: [] };
  }
  const nation = opened.value;
  for (const { code, file, message } of checkPaperCodes(site, there, nation))
    fail(code, file, message);
  const packages = checkPackages(site, files, nation, fail, onProgress);
  const sums = packages.aggregation.sums();
  failures.push(...sums.rejected.map(failureOf));
  const counted = nation.register.precincts.flatMap(({ id }, at) =>
    packages.aggregation.countedAt(at) === null ? [] : [id],
  );
  checkStrayReports(files, new Set(counted), fail);
  checkDerived(site, files, nation, packages, fail);
  return { failures, accepted: sums.accepted, missing: sums.missing };
};
