/** `urna bench`: the machine on a local page. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type BenchOptions, makeBench } from '../bench/bench.ts';
import { BEGINNINGS, type PrepareOptions } from '../bench/prepare.ts';
import { type BenchServer, startServer } from '../bench/server.ts';
import { ForeignStateError, openStateFolder, type StateFolder } from '../bench/state-folder.ts';
import { FolderInUseError, lockFolder } from '../bench/state-lock.ts';
import { DEMO_PATH } from '../elections/load.ts';
import {
  EXIT,
  MissingError,
  oneOf,
  parseOptions,
  runCommand,
  UsageError,
  wholeNumber,
} from './options.ts';
import { readElection } from './read-election.ts';

const IMAGE = 'out/image/urna-x64.img';
const PORT = 8520;
const PORT_MOST = 65_535;
const VOTERS = 60;
const VOTERS_MOST = 1_000;
const SEED_MOST = 999_999_999;

const HELP = `usage: scripts/urna bench [options]

Puts the machine on a local page: its screen to touch, the operator's station, fingers, officers' tokens, the
paper, mains and battery, the memory modules, and every fault of every device. Ends with Ctrl+C.

  --port P        where the page is, 1 to ${PORT_MOST}, or 0 for any free port; default ${PORT}
  --begin B       open: robots have held Friday's ceremony and opened the polls; friday: nothing is set up
                  yet, you are the officers; default open
  --training      a poll worker's training: the whole election from Friday's keys on, task by task, each
                  checked by what can be seen; begins with friday
  --election F    an election definition (JSON); default: the demo election, 107 cards
  --voters N      voters of the made-up precinct, 1 to ${VOTERS_MOST}; default ${VOTERS}
  --seed S        who they are; default 1
  --state DIR     keeps the machine there: the next bench on it goes on where this one ends
  --qemu          the machine is a unit in QEMU, whose own drivers meet the devices through the guest's kernel;
                  begins with friday
  --image FILE    its image, as scripts/urna image builds it; default ${IMAGE}
  --locale L      es or en; default: the election's
  --json          one line {"url": …} on standard output when it is ready

For programs, at the page's address (JSON; a mistake is answered by 400 and {"error", "path"}):

  GET  /screen.png /paper.png /papers/N.png /papers/N.txt /state /people /faults /log /events
  POST /touch {x, y, phase?, finger?}      pixels of /screen.png; phase tap (default), down, move or up
       /key {keys}                         "12345678", or key names: ["enter"]
       /voter-key {key}                    up, down, left, right, select, louder, softer, faster, slower, screen
       /finger {voter, quality?, restMs?}  a voter's ID or an officer's id; null lifts it
       /token {officer, pin?}              into the slot, its PIN typed on the screen; null takes it out
       /paper {id, to} {tear: true}        to: box, kept or envelope
       /power {mains, stabilizers: {a, b}, drain, load, cut, off, on}
       /clock {calendar} {minutes}         /switch {key, cover, seal}
       /module {name, in, other?}          /fault {device, name, on}
       /robots {task} {stop: true}         resume, setUp, open, vote or close
       /roll {}                            /begin {at: "open" or "friday"}

exit code: 0 ended, 2 usage or a bad election definition, 3 the port is taken, or
another bench is at the folder
`;

const listen = async (
  bench: Parameters<typeof startServer>[0],
  port: number,
): Promise<BenchServer> => {
  try {
    return await startServer(bench, port);
  } catch (error) {
    throw new MissingError(
      `port ${port} can not be used (${error instanceof Error ? error.message : error}); --port names another`,
    );
  }
};

/** A folder that can not be used, or holds another bench's machine, is told before anything starts. */
const openState = (folder: string, options: PrepareOptions): StateFolder => {
  try {
    const state = openStateFolder(folder, options);
    state.takeUp();
    return state;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const foreign = error instanceof ForeignStateError ? '; name another folder' : '';
    throw new UsageError(`--state ${folder} can not be used: ${why}${foreign}`);
  }
};

const lockState = (folder: string): (() => void) => {
  try {
    return lockFolder(folder);
  } catch (error) {
    if (error instanceof FolderInUseError)
      throw new MissingError(`--state: ${error.message}; end it, or name another folder`);
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--state ${folder} can not be used: ${why}`);
  }
};

/** A unit in QEMU in place of the one on this computer. */
const virtualMachine = async (image: string): Promise<Pick<BenchOptions, 'makeMachine'>> => {
  const [{ contentOfImage, requireImage }, { makeVirtualUnit, requireVirtualTools }] =
    await Promise.all([import('../qemu/image-content.ts'), import('../qemu/virtual-unit.ts')]);
  requireVirtualTools();
  requireImage(image);
  const content = contentOfImage(image);
  return {
    makeMachine: (prepared, folder) =>
      makeVirtualUnit(prepared, {
        ...{ folder, content },
        onNote: (note) => void process.stderr.write(`urna: ${note}\n`),
      }),
  };
};

/** Resolves when somebody asks the bench to end. */
const ended = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
  });

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      port: { type: 'string' },
      begin: { type: 'string' },
      training: { type: 'boolean' },
      qemu: { type: 'boolean' },
      image: { type: 'string' },
      election: { type: 'string' },
      voters: { type: 'string' },
      seed: { type: 'string' },
      state: { type: 'string' },
      locale: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [extra] = positionals;
    if (extra !== undefined) throw new UsageError(`"${extra}" is not an option`);
    const port = wholeNumber('port', values.port, PORT, 0, PORT_MOST);
    const training = values.training === true;
    const qemu = values.qemu === true;
    if (training && values.begin === 'open')
      throw new UsageError("--training begins with Friday's keys; leave --begin open out");
    if (qemu && values.begin === 'open')
      throw new UsageError(
        'nobody but its officers can open the polls of a unit in QEMU; leave --begin open out',
      );
    if (!qemu && values.image !== undefined) throw new UsageError('--image is for --qemu');
    const first = training || qemu ? 'friday' : 'open';
    const beginning = oneOf('begin', values.begin, first, BEGINNINGS);
    const machine = qemu ? await virtualMachine(values.image ?? IMAGE) : {};
    const definition = readElection(values.election ?? DEMO_PATH);
    const prepare = {
      definition,
      voters: wholeNumber('voters', values.voters, VOTERS, 1, VOTERS_MOST),
      seed: wholeNumber('seed', values.seed, 1, 0, SEED_MOST),
      locale: oneOf('locale', values.locale, definition.locale, ['es', 'en']),
    };
    const folder = values.state ?? (await mkdtemp(join(tmpdir(), 'urna-bench-')));
    const unlock = lockState(folder);
    let bench: Bench | null = null;
    let server: BenchServer | null = null;
    try {
      bench = makeBench({ ...prepare, ...machine, state: openState(folder, prepare) });
      const over = ended();
      server = await listen(bench, port);
      const begun = bench.takeUp(beginning);
      const url = training ? new URL('/?training', server.url).href : server.url;
      process.stdout.write(
        values.json === true
          ? `${JSON.stringify({ url })}\n`
          : `The machine is at ${url}  (Ctrl+C ends it)\n`,
      );
      await Promise.race([begun, over]);
      await over;
    } finally {
      await server?.close();
      await bench?.close();
      unlock();
      if (values.state === undefined) await rm(folder, { recursive: true, force: true });
    }
    return EXIT.fine;
  });
