/** `urna device`: one emulated device for any program, in real time. */
import { createInterface } from 'node:readline';
import { makeScopedClock } from '#drivers/scoped-clock.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { DeviceKind, ServedDevice } from '../devices/served-device.ts';
import { DEVICES } from '../devices/served-devices.ts';
import {
  EXIT,
  MissingError,
  oneOf,
  parseOptions,
  runCommand,
  UsageError,
  wholeNumber,
} from './options.ts';

const SEED_MOST = 999_999_999;
const PORT_MOST = 65_535;
/** Longer lines on standard input are none of ours. */
const LINE_CHARACTERS = 200;

const NAMES = Object.keys(DEVICES);
const nameColumn = (name: string): string => name.padEnd(17);

const HELP = `usage: scripts/urna device NAME [options]

Serves one emulated device until Ctrl+C, and prints what to open: a serial port's path, or a local socket's
for HID devices (drivers/links/report-frames.ts). Paper and spoken text appear on standard error.

${NAMES.map((name) => `  ${nameColumn(name)} ${DEVICES[name]?.summary}`).join('\n')}

  --fault F        begins with this fault; may be given more than once
  --list           the faults of NAME, or of every device
  --port P         the printer at this TCP port of this machine, 0 for any
  --family F       R503 or ZFM; default R503
  --seed S         what the device draws its noise from; default 1
  --json           one line {"path": …, "faults": […]} on standard output when it is ready

Lines on standard input: "FAULT on", "FAULT off", or what a hand can do; "help" lists them.

exit code: 0 ended, 2 usage, 3 the port is taken
`;

/** Obeys one line; answers what to say about it, or null. */
const obey = (kind: DeviceKind, device: ServedDevice, line: string): string | null => {
  const [word = '', ...rest] = line.trim().slice(0, LINE_CHARACTERS).split(/\s+/);
  if (word === '') return null;
  if (word === 'help') {
    const actions = Object.values(device.actions).map(({ usage }) => usage);
    return `${[...actions, 'FAULT on|off     one of:', ...kind.faults.map((each) => `  ${each}`)].join('\n')}\n`;
  }
  const action = Object.hasOwn(device.actions, word) ? device.actions[word] : undefined;
  if (action !== undefined) {
    const wrong = action.act(rest);
    return wrong === null ? null : `urna: ${wrong}\n`;
  }
  if (!kind.faults.includes(word))
    return `urna: "${word}" is no fault and nothing to do here; "help" lists them\n`;
  const [state] = rest;
  if (rest.length !== 1 || (state !== 'on' && state !== 'off'))
    return `urna: "${word} on" or "${word} off"\n`;
  device.setFault(word, state === 'on');
  return null;
};

const list = (names: readonly string[], json: boolean): void => {
  const rows = names.map((name) => ({ name, faults: DEVICES[name]?.faults ?? [] }));
  const text = rows.map(({ name, faults }) => `${nameColumn(name)} ${faults.join(' ')}\n`).join('');
  process.stdout.write(json ? `${JSON.stringify(rows)}\n` : text);
};

const serve = async (kind: DeviceKind, options: Parameters<DeviceKind['serve']>[0]) => {
  try {
    return await kind.serve(options);
  } catch (error) {
    if (options.port === null) throw error;
    throw new MissingError(
      `port ${options.port} can not be used (${error instanceof Error ? error.message : error}); --port names another`,
    );
  }
};

/** Resolves when somebody asks it to end. Standard input may end before: faults then stay as they are. */
const ended = (onLine: (line: string) => void): Promise<void> => {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', onLine);
  return new Promise((resolve) => {
    const end = (): void => {
      lines.close();
      process.stdin.destroy();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  });
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      fault: { type: 'string', multiple: true },
      list: { type: 'boolean' },
      port: { type: 'string' },
      family: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [name, extra] = positionals;
    if (extra !== undefined) throw new UsageError(`one device at a time; "${extra}" is a second`);
    const kind = name === undefined || !Object.hasOwn(DEVICES, name) ? undefined : DEVICES[name];
    if (name !== undefined && kind === undefined)
      throw new UsageError(`"${name}" is none of the devices: ${NAMES.join(', ')}`);
    if (values.list === true) {
      list(name === undefined ? NAMES : [name], values.json === true);
      return EXIT.fine;
    }
    if (name === undefined || kind === undefined)
      throw new UsageError(`which device? One of ${NAMES.join(', ')}`);
    const faults = values.fault ?? [];
    for (const fault of faults)
      if (!kind.faults.includes(fault))
        throw new UsageError(
          `"${fault}" is none of the faults of ${name}: ${kind.faults.join(', ')}`,
        );
    if (values.port !== undefined && name !== 'printer')
      throw new UsageError('--port is for the printer');
    if (values.family !== undefined && name !== 'fingerprint')
      throw new UsageError('--family is for the fingerprint reader');
    const seed = wholeNumber('seed', values.seed, 1, 0, SEED_MOST);
    const scope = makeScopedClock(systemClock);
    const device = await serve(kind, {
      clock: scope.clock,
      entropy: makeSeededEntropy(seed, `the device ${name}`),
      family: oneOf('family', values.family, 'R503', ['R503', 'ZFM']),
      port: values.port === undefined ? null : wholeNumber('port', values.port, 0, 0, PORT_MOST),
      show: (text) => void process.stderr.write(text),
    });
    const over = ended((line) => {
      const answer = obey(kind, device, line);
      if (answer !== null) process.stderr.write(answer);
    });
    for (const fault of faults) device.setFault(fault, true);
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ path: device.path, faults: kind.faults })}\n`
        : `${name} is at ${device.path}  (Ctrl+C ends it; "help" lists what can be done to it)\n`,
    );
    await over;
    device.close();
    scope.cancelAll();
    return EXIT.fine;
  });
