/** `urna image`: the image of a unit, from source, packages locked by hash, and signatures. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Arch } from '#boot/release/which-files.ts';
import { readPrivateKey } from '../evidence/read-key.ts';
import { BOARD_OF, BUILD_TOOLS, buildImage } from '../image/build-image.ts';
import { renewLock } from '../image/debian/fetch.ts';
import { LOCK_FILE } from '../image/debian/lock.ts';
import { type Signatures, signaturesIn, signWith } from '../image/signatures.ts';
import { makeTestKeys, readSigner } from '../image/test-keys.ts';
import { requireTools } from '../image/tools.ts';
import { isSignerWhole } from '../image/uefi/authenticode.ts';
import { writeImage } from '../image/write-image.ts';
import { OWN_ARCH } from '../release/build-release.ts';
import { EXIT, oneOf, parseOptions, runCommand, UsageError } from './options.ts';
import { makeProgress } from './progress.ts';

const HELP = `usage: scripts/urna image --out DIR [--arch x64|arm64] [--board NAME] [keys] [--json]
       scripts/urna image --renew-lock

Builds what is flashed onto a unit: kernel, a root without a shell that is read through dm-verity, this
clone's release, all of it under one signature for Secure Boot; two slots and a data partition. Debian's
packages are those of scripts/image/debian/lock.json, to the bit, through this machine's own package
sources; npm's are those of package-lock.json. No root is needed. The same clone and the same keys give
the same bytes.

  --out DIR              urna-ARCH.img, the same compressed, direct/ (kernel, initramfs and command line
                         for a start without the disk's help), signatures/
  --arch A               the unit's processor; default: this computer's
  --board NAME           the unit's board: boot/boards/NAME.unit.json; default:
                         virtual-x64 or single-board-arm64
  --key FILE             the release's key: Ed25519, PEM, private
  --secure-boot-key FILE --secure-boot-certificate FILE
                         what signs for Secure Boot: RSA, PEM; the certificate is what a unit's firmware holds
  --signatures DIR       instead of keys: the signatures that were published with an image. Whoever has no
                         key gets its very bytes from source this way, or is told what is not the same
                         without any: test keys are made in DIR/test-keys, good for no election
  --renew-lock           instead: locks the versions that this machine's package sources serve now
  --json                 {sha256, rootHash, release, version, rollbackIndex, arch, image, compressedBytes,
                         diskBytes, rootBytes, testKeys, seconds}

exit code: 0 fine, 2 usage, 3 something that is needed is not there; what to install is named
`;

type Given = Readonly<
  Record<'key' | 'secure-boot-key' | 'secure-boot-certificate' | 'signatures', string | undefined>
>;

const testSignatures = (out: string): Signatures => {
  const { release, secureBoot, certificate } = makeTestKeys(join(out, 'test-keys'));
  return signWith(readPrivateKey(release), readSigner(secureBoot, certificate));
};

const givenSignatures = (given: Given): Signatures | null => {
  const { key, signatures } = given;
  const secureBootKey = given['secure-boot-key'];
  const certificate = given['secure-boot-certificate'];
  const keys = [key, secureBootKey, certificate];
  if (signatures !== undefined) {
    if (keys.some((each) => each !== undefined))
      throw new UsageError('--signatures goes with no key');
    return signaturesIn(signatures);
  }
  if (keys.every((each) => each === undefined)) return null;
  if (key === undefined || secureBootKey === undefined || certificate === undefined)
    throw new UsageError('--key, --secure-boot-key and --secure-boot-certificate go together');
  const signer = signerIn(secureBootKey, certificate);
  return signWith(readPrivateKey(key), signer);
};

const signerIn = (keyFile: string, certificateFile: string) => {
  try {
    const signer = readSigner(keyFile, certificateFile);
    if (isSignerWhole(signer)) return signer;
  } catch (cause) {
    throw new UsageError(
      `--secure-boot-key ${keyFile}, --secure-boot-certificate ${certificateFile}: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  throw new UsageError(`${certificateFile} is not the certificate of ${keyFile}`);
};

const build = async (arch: Arch, board: string, out: string, given: Given) => {
  const signatures = givenSignatures(given);
  requireTools(BUILD_TOOLS);
  const beganMs = performance.now();
  mkdirSync(out, { recursive: true });
  if (signatures === null)
    process.stderr.write(
      `urna: no key was given: signed with test keys made in ${join(out, 'test-keys')}, good for no election\n`,
    );
  const used = signatures ?? testSignatures(out);
  const progress = makeProgress();
  const built = await buildImage({ arch, board, signatures: used, tell: progress });
  progress('writing the image', 0, 0);
  const written = await writeImage(out, built, used);
  progress.end();
  const { version, rollbackIndex, release, verity, root } = built;
  return {
    sha256: written.sha256,
    rootHash: verity.rootHash,
    ...{ release, version, rollbackIndex, arch },
    image: written.image,
    compressedBytes: written.compressedBytes,
    diskBytes: written.diskBytes,
    rootBytes: root.length,
    testKeys: signatures === null,
    seconds: Number(((performance.now() - beganMs) / 1_000).toFixed(1)),
  };
};

const mib = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

const renew = async (): Promise<number> => {
  requireTools(['apt-get']);
  const lock = await renewLock();
  process.stdout.write(
    `${lock.x64.length} packages for x64, ${lock.arm64.length} for arm64 locked in ${LOCK_FILE}\n`,
  );
  return EXIT.fine;
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      out: { type: 'string' },
      arch: { type: 'string' },
      board: { type: 'string' },
      key: { type: 'string' },
      'secure-boot-key': { type: 'string' },
      'secure-boot-certificate': { type: 'string' },
      signatures: { type: 'string' },
      'renew-lock': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    if (positionals.length > 0) throw new UsageError(`unexpected ${positionals[0]}`);
    if (values['renew-lock'] === true) {
      if (args.length > 1) throw new UsageError('--renew-lock goes with nothing else');
      return renew();
    }
    if (values.out === undefined) throw new UsageError('--out DIR is missing');
    const arch = oneOf('arch', values.arch, OWN_ARCH, ['x64', 'arm64']);
    const board = values.board ?? BOARD_OF[arch];
    if (!/^[\w-]{1,60}$/.test(board))
      throw new UsageError(`--board ${board} is no name of a board`);
    const made = await build(arch, board, values.out, {
      key: values.key,
      signatures: values.signatures,
      'secure-boot-key': values['secure-boot-key'],
      'secure-boot-certificate': values['secure-boot-certificate'],
    });
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify(made)}\n`
        : `${made.image}: release ${made.version}, rollback index ${made.rollbackIndex}, ${arch}
sha256    ${made.sha256}
root hash ${made.rootHash}
${mib(made.compressedBytes)} compressed, root ${mib(made.rootBytes)}, needs a disk of ${mib(made.diskBytes)} at least; ${made.seconds} s
`,
    );
    return EXIT.fine;
  });
