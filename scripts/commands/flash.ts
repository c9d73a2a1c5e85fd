/** `urna flash`: an image onto a memory card, a disk or an image file; or an update of the slot that is free. */

import { createHash, X509Certificate } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { openDisk } from '../image/disk/disk.ts';
import { IMAGE_BYTES } from '../image/disk/layout.ts';
import { type LabelFacts, labelPayload, labelText } from '../image/flash/label.ts';
import { type GivenImage, readImage } from '../image/flash/read-image.ts';
import { findTarget, type Target } from '../image/flash/target.ts';
import { planUpdate, type UpdatePlan } from '../image/flash/update-plan.ts';
import {
  MediumError,
  readBackUpdate,
  writeUpdate,
  writeWhole,
} from '../image/flash/write-medium.ts';
import { readOurDisk } from '../image/read-disk.ts';
import { requireTools } from '../image/tools.ts';
import { EXIT, FoundError, parseOptions, runCommand, UsageError } from './options.ts';
import { makeProgress } from './progress.ts';

const HELP = `usage: scripts/urna flash IMAGE DEVICE [--yes] [--size SIZE] [--certificate FILE] [--json]
       scripts/urna flash IMAGE DEVICE --update [--yes] [--certificate FILE] [--json]

Writes an image (urna-ARCH.img, as scripts/urna image builds it) onto a whole disk, a memory card or an
image file, reads all of it back, and prints the unit's label as text and as a QR code. What is mounted,
in use or no disk is refused, and whatever this computer runs from. Nothing is written before the image
was found whole and you said yes.

  --update            writes the slot that is not in use, and nothing else: before the unit is set up for
                      an election only, signed by whoever signed the release on it, never an older one
                      (rollback index). Cut at any moment, the unit starts one of the two releases. The new
                      one is tried three times; when it does not show that it runs, the old one is back
  --size SIZE         with an image file that is not there: makes it, so big: bytes, or 8G, 600M
  --certificate FILE  the image must be signed with this one (PEM)
  --yes               asks nothing
  --json              {ok, device, kind, bytes, update, slot, version, rollbackIndex, arch, rootHash, signer,
                      label, seconds}

exit code: 0 fine, 1 refused, or the medium does not keep what is written, 2 usage
`;

const MOST_BYTES = 64 * 1024 ** 4;
const UNITS = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;

const sizeOf = (text: string): number => {
  const [, digits, unit = ''] = /^(\d{1,15})([KMGT]?)$/.exec(text) ?? [];
  const bytes = Number(digits) * UNITS[unit as keyof typeof UNITS];
  if (digits === undefined || bytes < IMAGE_BYTES || bytes > MOST_BYTES)
    throw new UsageError(
      `--size ${text}: a unit needs ${IMAGE_BYTES} bytes at least; say bytes, or 600M, 8G`,
    );
  return bytes - (bytes % 512);
};

const fingerprintOf = (certificatePem: string): string =>
  createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('hex');

const readCertificate = (file: string): string => {
  try {
    return new X509Certificate(readFileSync(file)).toString();
  } catch (cause) {
    throw new UsageError(
      `--certificate ${file}: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
};

const openImage = (path: string, certificate: string | undefined): GivenImage => {
  const image = readImage(path);
  if (!image.ok) throw new FoundError(`${path} ${image.error}`);
  if (certificate !== undefined && readCertificate(certificate) !== image.value.signer)
    throw new FoundError(`${path} is not signed with ${certificate}; nothing was written`);
  return image.value;
};

const targetNamed = (path: string, size: string | undefined): Target => {
  if (size !== undefined) {
    if (statSync(path, { throwIfNoEntry: false }) !== undefined)
      throw new UsageError(`--size makes an image file, and ${path} is there already`);
    const bytes = sizeOf(size);
    closeSync(openSync(path, 'wx'));
    truncateSync(path, bytes);
  }
  const found = findTarget(path);
  if (!found.ok) throw new FoundError(`${path} ${found.error}; nothing was written`);
  return found.value;
};

const inWords = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;

const tellTarget = ({ path, kind, bytes, name, partitions }: Target, doing: string): void => {
  const rows = partitions.map((each) => `  ${each.name}  ${inWords(each.bytes)}\n`).join('');
  process.stderr.write(
    `${path}: ${kind === 'disk' ? name : 'an image file'}, ${inWords(bytes)}\n${rows}${doing}\n`,
  );
};

const confirm = async (path: string, yes: boolean | undefined): Promise<void> => {
  if (yes === true) return;
  if (!process.stdin.isTTY) throw new UsageError('nobody is there to be asked: say --yes');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(`Write onto ${path}? Type yes: `);
  reader.close();
  if (answer.trim() !== 'yes') throw new FoundError('not confirmed; nothing was written');
};

const flashWhole = async (target: Target, image: GivenImage, yes: boolean | undefined) => {
  tellTarget(target, 'ALL OF IT IS ERASED.');
  await confirm(target.path, yes);
  if (target.kind === 'disk') requireTools(['blockdev']);
  const progress = makeProgress();
  await writeWhole(target, image, progressOf(progress));
  progress.end();
  return 'a' as const;
};

const MB = 1_000_000;
const progressOf =
  (progress: ReturnType<typeof makeProgress>) =>
  (doing: string, done: number, of: number): void => {
    // Told in MB, once each.
    if (done === of || Math.floor(done / MB) % 16 === 0)
      progress(`${doing}, MB`, Math.floor(done / MB), Math.floor(of / MB));
  };

const planFor = (target: Target, image: GivenImage): UpdatePlan => {
  const disk = openDisk(target.path, target.bytes, 'read');
  try {
    const ours = readOurDisk(disk);
    if (!ours.ok) throw new FoundError(`${target.path} takes no update: ${ours.error}`);
    const plan = planUpdate(disk, ours.value, image);
    if (!plan.ok)
      throw new FoundError(`${target.path} takes no update: ${plan.error}; nothing was written`);
    return plan.value;
  } finally {
    disk.close();
  }
};

const flashUpdate = async (target: Target, image: GivenImage, yes: boolean | undefined) => {
  const { slot, kept, steps } = planFor(target, image);
  tellTarget(
    target,
    `Slot ${slot} is written with release ${image.version}; slot ${kept.slot} keeps release ${kept.version}.`,
  );
  await confirm(target.path, yes);
  if (target.kind === 'disk') requireTools(['blockdev']);
  const progress = makeProgress();
  await writeUpdate(target, steps, progressOf(progress));
  await readBackUpdate(target, steps, progressOf(progress));
  progress.end();
  return slot;
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      update: { type: 'boolean' },
      yes: { type: 'boolean' },
      size: { type: 'string' },
      certificate: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [imagePath, device, ...more] = positionals;
    if (imagePath === undefined || device === undefined || more.length > 0)
      throw new UsageError('name an image and what it is written onto');
    const { update, yes, size, json } = values;
    if (update === true && size !== undefined) throw new UsageError('--size makes a new file');
    const beganMs = performance.now();
    const image = openImage(imagePath, values.certificate);
    const target = targetNamed(device, size);
    const slot = await (update === true ? flashUpdate : flashWhole)(target, image, yes).catch(
      (error: unknown) => {
        // A file that was made for it and holds nothing whole is not left behind.
        if (size !== undefined) rmSync(device, { force: true });
        if (error instanceof MediumError) throw new FoundError(`${device}: ${error.message}`);
        throw error;
      },
    );
    const { version, rollbackIndex, arch, rootHash } = image;
    const facts: LabelFacts = {
      ...{ version, rollbackIndex, arch, rootHash },
      signer: fingerprintOf(image.signer),
    };
    const seconds = Number(((performance.now() - beganMs) / 1_000).toFixed(1));
    process.stdout.write(
      json === true
        ? `${JSON.stringify({
            ...{ ok: true, device, kind: target.kind, bytes: target.bytes },
            ...{ update: update === true, slot, ...facts, label: labelPayload(facts), seconds },
          })}\n`
        : labelText(facts),
    );
    return EXIT.fine;
  });
