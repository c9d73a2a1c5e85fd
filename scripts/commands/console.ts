/** `urna console [PORT]`: a person at a unit's field console, or one command of a script. */
import { appendFileSync, createWriteStream, existsSync, statSync } from 'node:fs';
import {
  attachConsole,
  logIn,
  NoConsoleError,
  readTechnicianKey,
} from '../field/console-client.ts';
import { type ConsolePort, openConsolePort } from '../field/console-port.ts';
import { choosePort } from '../field/find-port.ts';
import { EXIT, MissingError, parseOptions, runCommand, UsageError } from './options.ts';

const HELP = `usage: scripts/urna console [PORT] [options]

Attaches this terminal to the field console of the unit at a serial port (115200 8N1). Ctrl+] ends it.
Without PORT it is the USB serial port of this computer, where there is only one. The console of a unit in a
virtual machine is a local socket, which goes for PORT as well.

  --capture FILE   everything that is shown goes there too
  --command C      carry out one command instead, and print what it found as JSON
  --key FILE       with --command or --export: log in first, by a technician's key {"privateKey": hex}
  --export FILE    take the event log out into FILE; goes on where FILE ends (needs --key). While votes
                   are cast it ends where this quarter of an hour began: nobody's visit is timed
  --json           with --command: one line {"code", "data"}; code is null when it went well

exit code: 0 fine, 1 the command was refused, 2 usage, 3 nothing answers at the port
`;

const CTRL_BRACKET = 0x1d;
/** The unit's screen has 24 rows; one more is needed for the status line. */
const ROWS = 24;

/** A line at the foot of a terminal that has room for it: the port, and how to leave. */
const drawStatus = (port: string, capture: string | undefined): void => {
  const { rows = 0, columns = 80 } = process.stdout;
  if (process.stdout.isTTY !== true || rows <= ROWS) return;
  const text = ` Ctrl+]  ${port}  115200 8N1${capture === undefined ? '' : `  > ${capture}`} `;
  const line = `\u001b7\u001b[${rows};1H\u001b[7m${text.slice(0, columns).padEnd(columns)}\u001b[0m\u001b8`;
  process.stdout.write(`\u001b[1;${rows - 1}r${line}`);
};
const dropStatus = (): void => {
  const { rows = 0 } = process.stdout;
  if (process.stdout.isTTY === true && rows > ROWS)
    process.stdout.write(`\u001b[r\u001b[${rows};1H\u001b[K`);
};

/** Keys out, screen in, until Ctrl+], the end of the input, or the port's. */
const attach = async (port: ConsolePort, name: string, capture?: string): Promise<void> => {
  const file = capture === undefined ? null : createWriteStream(capture, { flags: 'a' });
  const { stdin } = process;
  if (stdin.isTTY) stdin.setRawMode(true);
  drawStatus(name, capture);
  const left = new Promise<void>((resolve) => {
    stdin.on('data', (chunk: Buffer) => {
      const at = chunk.indexOf(CTRL_BRACKET);
      const keys = at < 0 ? chunk : chunk.subarray(0, at);
      void port.write(new Uint8Array(keys));
      if (at >= 0) resolve();
    });
    stdin.on('end', resolve);
  });
  const shown = async (): Promise<void> => {
    for (let chunk = await port.read(); chunk !== null; chunk = await port.read()) {
      process.stdout.write(chunk);
      file?.write(chunk);
    }
  };
  await port.write(Uint8Array.of(0x0d));
  await Promise.race([left, shown()]);
  dropStatus();
  if (stdin.isTTY) stdin.setRawMode(false);
  stdin.pause();
  file?.end();
};

const openKey = (path: string): Uint8Array => {
  const key = readTechnicianKey(path);
  if (key === null) throw new UsageError(`--key ${path} holds no {"privateKey": 64 hex digits}`);
  return key;
};

/** Appends what is missing of the log to the file. */
const takeLog = async (port: string, file: string, keyFile: string): Promise<number> => {
  const key = openKey(keyFile);
  const from = existsSync(file) ? statSync(file).size : 0;
  const client = await attachConsole(port);
  try {
    const code =
      (await logIn(client, key)) ??
      (await client.exportLog(from, (bytes) => appendFileSync(file, bytes)));
    process.stderr.write(
      `${file}: ${code ?? `${statSync(file).size} bytes, all that goes out now`}\n`,
    );
    return code === null ? EXIT.fine : EXIT.found;
  } finally {
    await client.close();
  }
};

const runOne = async (
  port: string,
  command: string,
  keyFile: string | undefined,
  json: boolean,
) => {
  const key = keyFile === undefined ? null : openKey(keyFile);
  const client = await attachConsole(port);
  try {
    const refused = key === null ? null : await logIn(client, key);
    const { code, data } =
      refused === null ? await client.ask(command) : { code: refused, data: null };
    process.stdout.write(`${JSON.stringify({ code, data }, null, json ? 0 : 2)}\n`);
    return code === null ? EXIT.fine : EXIT.found;
  } finally {
    await client.close();
  }
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      capture: { type: 'string' },
      command: { type: 'string' },
      export: { type: 'string' },
      key: { type: 'string' },
      json: { type: 'boolean' },
    });
    const port = choosePort(positionals);
    try {
      if (values.command !== undefined)
        return await runOne(port, values.command, values.key, values.json === true);
      if (values.export !== undefined) {
        if (values.key === undefined) throw new UsageError('--export needs --key');
        return await takeLog(port, values.export, values.key);
      }
      if (values.key !== undefined || values.json === true)
        throw new UsageError('--key and --json go with --command or --export');
      const opened = await openConsolePort(port).catch((error: unknown) => {
        throw new NoConsoleError(`${port}: ${error instanceof Error ? error.message : error}`);
      });
      await attach(opened, port, values.capture).finally(opened.close);
      return EXIT.fine;
    } catch (error) {
      if (error instanceof NoConsoleError) throw new MissingError(error.message);
      throw error;
    }
  });
