/**
 * The receivers' appointments into the units' deliveries, as `receive --appoint` made them: checked first, all
 * of them, and then written to every unit alike. A unit whose delivery has none does not transmit.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_FILES, MAX_RECEIVERS } from '#boot/supervisor/delivery.ts';
import type { DefinitionError, Report } from '#firmware/election/decoder.ts';
import { openAppointment } from '#firmware/transmission/appointment.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { publicKeyFromPem } from '#firmware/vault/keys.ts';
import { MAX_SIGNED_BYTES } from '#firmware/vault/signed-file.ts';
import { UsageError } from '../commands/options.ts';
import { collectMistakes } from './election-folder.ts';
import { readProvisionRecord } from './provision.ts';
import {
  DELIVERIES,
  PRIVATE_FILE,
  PRIVATE_FOLDER,
  PUBLIC,
  PUBLIC_FILES,
} from './provision-folder.ts';

export type AppointmentFile = { readonly path: string; readonly bytes: Uint8Array };

/** Reads and checks; what is wrong is reported with its path. */
export const readAppointments = (
  paths: readonly string[],
  election: string,
  authorityKey: Uint8Array,
  report: Report,
): readonly AppointmentFile[] => {
  if (paths.length > MAX_RECEIVERS)
    report('--to', `${paths.length} receivers, ${MAX_RECEIVERS} at most`);
  const seen = new Map<string, string>();
  return paths.flatMap((path) => {
    if (!existsSync(path)) {
      report(path, 'is not there');
      return [];
    }
    const bytes = new Uint8Array(readFileSync(path));
    const opened = bytes.length > MAX_SIGNED_BYTES ? null : openAppointment(bytes, authorityKey);
    if (opened === null) report(path, 'is no appointment by the authority of this election');
    else if (opened.election !== election)
      report(path, `appoints a receiver of ${opened.election}`);
    else {
      const key = `${opened.url} ${toHex(opened.key)}`;
      const before = seen.get(key);
      if (before !== undefined) report(path, `appoints the same receiver as ${before}`);
      seen.set(key, path);
    }
    return [{ path, bytes }];
  });
};

/** Into one delivery, in place of what was there; units try them in this order. */
const writeTo = (delivery: string, files: readonly AppointmentFile[]): void => {
  const folder = join(delivery, DELIVERY_FILES.receivers);
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, PRIVATE_FOLDER);
  for (const [at, { bytes }] of files.entries())
    writeFileSync(join(fresh, `${at + 1}.signed`), bytes, PRIVATE_FILE);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
};

export const writeAppointments = (root: string, files: readonly AppointmentFile[]): number => {
  if (files.length === 0) return 0;
  const deliveries = readdirSync(join(root, DELIVERIES));
  for (const each of deliveries) writeTo(join(root, DELIVERIES, each), files);
  return deliveries.length;
};

export type Appointed = {
  readonly deliveries: number;
  readonly errors: readonly DefinitionError[];
};

/** `root`: a folder that `provision` wrote. With a mistake anywhere nothing is written. */
export const appointReceivers = (root: string, paths: readonly string[]): Appointed => {
  const record = readProvisionRecord(root);
  const keyFile = join(root, PUBLIC, PUBLIC_FILES.authorityKey);
  const key = existsSync(keyFile) ? publicKeyFromPem(readFileSync(keyFile, 'utf8')) : null;
  if (record === null || key === null)
    throw new UsageError(`${root} is no folder that provision wrote`);
  const mistakes = collectMistakes();
  const files = readAppointments(paths, record.election, key, mistakes.report);
  if (mistakes.count() > 0) return { deliveries: 0, errors: mistakes.list() };
  return { deliveries: writeAppointments(root, files), errors: [] };
};
