/** `urna COMMAND`: finds the command and runs it. One file a command, loaded only when asked for. */
import { COMMANDS } from './commands/index.ts';

const USAGE = `urna: a voting machine anyone can read

usage: scripts/urna COMMAND [options]        scripts/urna COMMAND --help

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(15)}${summary}`).join('\n')}
`;

const [name, ...rest] = process.argv.slice(2);
const found = COMMANDS.find((command) => command.name === name);
if (name === undefined || name === '--help' || name === 'help' || name === '-h') {
  process.stdout.write(USAGE);
} else if (found === undefined) {
  process.stderr.write(`urna: no command "${name}"\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  const { run } = await found.load();
  process.exitCode = await run(rest);
}
