/** `urna qemu`: the image in a virtual unit. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderPng } from '#drivers/printer/emulator/render.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { prepare } from '../bench/prepare.ts';
import { RobotLost } from '../bench/robots/hands.ts';
import {
  DAY_FILE,
  EVENT_LOG,
  LOG_ON_MODULE,
  prepareFolder,
  writeArtefacts,
} from '../day/artefacts.ts';
import { runDayAt } from '../day/real-time.ts';
import type { DayStage } from '../day/run-day.ts';
import { summarise } from '../day/summary.ts';
import { DEMO_PATH } from '../elections/load.ts';
import { makeLogOfStarts } from '../qemu/boot-log.ts';
import { contentOfImage, requireImage } from '../qemu/image-content.ts';
import { pictureOf } from '../qemu/picture.ts';
import { inVirtualMachine } from '../qemu/virtual-day.ts';
import { makeVirtualUnit, requireVirtualTools, type VirtualUnit } from '../qemu/virtual-unit.ts';
import {
  EXIT,
  FoundError,
  oneOf,
  parseOptions,
  runCommand,
  UsageError,
  wholeNumber,
} from './options.ts';
import { makeProgress } from './progress.ts';
import { readElection } from './read-election.ts';

const VOTERS = 3;
const VOTERS_MOST = 1_000;
const SEED_MOST = 999_999_999;
const IMAGE = 'out/image/urna-x64.img';
const PICTURE = 'screen.png';
const BOOT_LOG = 'boot.log';
/** Between two pictures of a unit that stands there for people. */
const PICTURE_MS = 1_000;
/** And of one in which robots hold a day. */
const GLANCE_MS = 5_000;

const HELP = `usage: scripts/urna qemu [--image FILE] [options]
       scripts/urna qemu --headless --out DIR [--image FILE] [options]

Starts the image of a unit in QEMU, in software emulation, with its devices outside: a USB printer, touch panel
and keypads, a fingerprint reader and Firmata boards on USB serial ports, a TPM, a watchdog, memory module,
officers' tokens and the authority's delivery as USB sticks, the console on a socket. The unit's own drivers
meet them through the guest's kernel. Without --headless it stands there until Ctrl+C and says where screen,
console and papers are; scripts/urna bench --qemu puts it on the bench's page. With --headless robots that see
its screen's pixels alone hold a whole election day on it, as in "day --real-time".

  --image FILE    as scripts/urna image builds it; default ${IMAGE}
  --headless      a whole election day
  --out DIR       where papers, result, log, a picture of the screen and what the boot said go (new, empty, or
                  an earlier day's)
  --election F    an election definition (JSON); default: the demo election, 107 cards
  --voters N      voters of the precinct, 1 to ${VOTERS_MOST}; default ${VOTERS}
  --seed S        who they are; default 1
  --locale L      es or en; default: the election's
  --json          one JSON document on standard output: with --headless as "day" has it, its occupiedSlots null,
                  because nobody can look into the urn from outside

exit code: 0 fine, 1 a robot is lost or something differs, 2 usage or a bad election definition, 3 something that
is needed is not there; what to install is named
`;

const STAGE_WORDS: Readonly<Record<DayStage, string>> = {
  provisioning: 'provisioning, flashing',
  ceremony: 'first start; Friday: self-test, key ceremony, zero report',
  opening: 'Sunday: opening, zero report',
  voting: 'voting',
  closing: 'closing',
  counting: 'shares, counting, tally report',
  transmission: 'transmission',
  finished: 'switched off',
};

/** What happens outside, a line each. */
const note = (text: string): void => void process.stderr.write(`urna: ${text}\n`);

type Options = {
  readonly image: string;
  readonly definition: ElectionDefinition;
  readonly voters: number;
  readonly seed: number;
  readonly locale: Locale;
  readonly json: boolean;
};

const headless = async (options: Options, folder: string): Promise<number> => {
  await prepareFolder(folder);
  // What a day leaves that is not finished is a day's as well.
  await writeFile(
    join(folder, DAY_FILE),
    `${JSON.stringify({ ok: false, findings: ['not finished'] })}\n`,
  );
  const progress = makeProgress();
  const allSaid = makeLogOfStarts();
  const keepSight = async (unit: VirtualUnit): Promise<void> => {
    if (unit.pids().length > 0)
      await writeFile(join(folder, PICTURE), await pictureOf(unit.screen));
    const said = await readFile(unit.bootLog, 'latin1').catch(() => '');
    await writeFile(join(folder, BOOT_LOG), allSaid(said), 'latin1');
  };
  // Whoever waits may look at it meanwhile.
  let glance: NodeJS.Timeout | null = null;
  const place = inVirtualMachine({
    content: contentOfImage(options.image),
    onNote: note,
    onMade: (unit) => {
      note(`its console is at ${unit.console}: scripts/urna console ${unit.console}`);
      glance = setInterval(() => void keepSight(unit).catch(() => undefined), GLANCE_MS);
    },
    onLeave: async (unit) => {
      await keepSight(unit);
      const log = (await unit.moduleFiles()).get(LOG_ON_MODULE);
      if (log !== undefined) await writeFile(join(folder, EVENT_LOG), log);
    },
  });
  const outcome = await runDayAt(place, {
    ...options,
    onProgress: (stage, done, of) => progress(STAGE_WORDS[stage], done, of),
  })
    .catch((error: unknown) => {
      if (!(error instanceof RobotLost)) throw error;
      throw new FoundError(
        `a robot is lost: ${error.message}; ${PICTURE}, ${BOOT_LOG} and ${EVENT_LOG} in ${folder} show what it saw`,
      );
    })
    .finally(() => {
      if (glance !== null) clearInterval(glance);
    });
  const summary = summarise(options.definition, outcome, options);
  await writeFile(join(folder, DAY_FILE), `${JSON.stringify(summary, null, 2)}\n`);
  await writeArtefacts(folder, outcome, (done, of) => progress('drawing the papers', done, of));
  progress.end();
  process.stdout.write(
    options.json
      ? `${JSON.stringify(summary)}\n`
      : `${summary.ballots} of ${summary.voters} voted in a virtual unit; papers, result and picture are in ${folder}\n${
          summary.ok
            ? 'voters, tally, papers and pollbook agree'
            : ['THESE DIFFER:', ...summary.findings].join('\n  ')
        }\n`,
  );
  return summary.ok ? EXIT.fine : EXIT.found;
};

/** Resolves when somebody asks it to end. */
const ended = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
  });

const standing = async (options: Options): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'urna-qemu-'));
  let unit: VirtualUnit | null = null;
  try {
    const over = ended();
    unit = await makeVirtualUnit(await prepare('friday', options), {
      folder,
      content: contentOfImage(options.image),
      onNote: note,
    });
    const { screen, console, bootLog, devices } = unit;
    let papers = 0;
    devices.printer.onPaper((piece) => {
      papers += 1;
      const path = join(folder, `paper-${papers}.png`);
      void renderPng(piece).then((png) => writeFile(path, png));
    });
    await unit.start();
    const picture = join(folder, PICTURE);
    const places = { screen: picture, papers: join(folder, 'paper-*.png'), console, bootLog };
    process.stdout.write(
      options.json
        ? `${JSON.stringify(places)}\n`
        : `The unit runs (Ctrl+C pulls its plug).\n  screen    ${picture}\n  papers    ${places.papers}\n  console   ${console}, a local socket\n  boot      ${bootLog}\n`,
    );
    let done = false;
    void over.then(() => {
      done = true;
    });
    while (!done) {
      await writeFile(picture, await pictureOf(screen));
      await Promise.race([over, new Promise((resolve) => setTimeout(resolve, PICTURE_MS))]);
    }
  } finally {
    await unit?.close();
    await rm(folder, { recursive: true, force: true });
  }
  return EXIT.fine;
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      image: { type: 'string' },
      headless: { type: 'boolean' },
      out: { type: 'string' },
      election: { type: 'string' },
      voters: { type: 'string' },
      seed: { type: 'string' },
      locale: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is not an option`);
    if (values.headless !== true && values.out !== undefined)
      throw new UsageError('--out is for --headless');
    if (values.headless === true && values.out === undefined)
      throw new UsageError('--out DIR is missing: where the papers shall go');
    const definition = readElection(values.election ?? DEMO_PATH);
    const image = values.image ?? IMAGE;
    const options: Options = {
      image,
      definition,
      voters: wholeNumber('voters', values.voters, VOTERS, 1, VOTERS_MOST),
      seed: wholeNumber('seed', values.seed, 1, 0, SEED_MOST),
      locale: oneOf('locale', values.locale, definition.locale, ['es', 'en']),
      json: values.json === true,
    };
    requireVirtualTools();
    requireImage(image);
    return values.out === undefined ? standing(options) : headless(options, values.out);
  });
