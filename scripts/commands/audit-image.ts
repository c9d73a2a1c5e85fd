/** `urna audit image`: is this medium that release, and nothing else? */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { auditImage } from '../audit/image/check-image.ts';
import { imageReport } from '../audit/image/image-report.ts';
import { tell } from '../audit/words/phrase.ts';
import { openDisk } from '../image/disk/disk.ts';
import { type GivenImage, readImage } from '../image/flash/read-image.ts';
import { mediumBytes } from '../image/flash/target.ts';
import {
  againText,
  EXIT_HELP,
  giveReport,
  localeOf,
  REPORT_HELP,
  REPORT_OPTIONS,
  runAudit,
} from './audit-kit.ts';
import { parseOptions, UsageError } from './options.ts';

const HELP = `usage: scripts/urna audit image MEDIUM --image IMAGE [--other IMAGE] [--certificate FILE] [options]

Compares a medium (memory card, disk or image file; it is only read) with a release: tables, partitions, files
that firmware reads, roots and hash trees byte by byte; whatever else is on it must be zero. The data partition
is the unit's own: it is told what it is. Build IMAGE yourself, from source: scripts/urna image --signatures DIR.

  --image IMAGE       the release that the unit starts
  --other IMAGE       the one in its other slot; not named, that slot must be empty
  --certificate FILE  IMAGE must be signed with this one (PEM)
${REPORT_HELP}

${EXIT_HELP}
`;

const given = (path: string, option: string): GivenImage => {
  const image = readImage(path);
  if (!image.ok) throw new UsageError(`${option} ${path} ${image.error}`);
  return image.value;
};

const requireSigner = (image: GivenImage, file: string | undefined): void => {
  if (file === undefined) return;
  let certificate: string;
  try {
    certificate = new X509Certificate(readFileSync(file)).toString();
  } catch (cause) {
    throw new UsageError(
      `--certificate ${file}: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  if (certificate !== image.signer) throw new UsageError(`--image is not signed with ${file}`);
};

export const run = (args: readonly string[]): Promise<number> =>
  runAudit(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      ...REPORT_OPTIONS,
      image: { type: 'string' },
      other: { type: 'string' },
      certificate: { type: 'string' },
    });
    const [medium, ...more] = positionals;
    if (medium === undefined || more.length > 0) throw new UsageError('name one medium');
    if (values.image === undefined) throw new UsageError('--image IMAGE is missing');
    const image = given(values.image, '--image');
    requireSigner(image, values.certificate);
    const other = values.other === undefined ? null : given(values.other, '--other');
    const bytes = mediumBytes(medium);
    if (!bytes.ok) throw new UsageError(`${medium} ${bytes.error}`);
    const disk = openDisk(medium, bytes.value, 'read');
    try {
      const audit = auditImage(disk, image, other);
      const { slot, partitions, bytesCompared } = audit;
      return giveReport(
        imageReport(medium, image, other, audit, againText('image', args)),
        {
          ...{ slot, bytesCompared, release: image.version, rootHash: image.rootHash },
          partitions: partitions.map(({ what, ...each }) => ({
            ...each,
            what: tell(localeOf(values), what),
          })),
        },
        values,
      );
    } finally {
      disk.close();
    }
  });
