/** The arguments of the unit's programs: names of files and folders, nothing else. */
import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export type UnitArguments = {
  /** The board file (drivers/board-file.ts). */
  readonly board: string;
  /** Where the processes' sockets are. */
  readonly run: string;
  /** What the authority delivered (supervisor/delivery.ts). */
  readonly delivery: string;
  /** Language until the election's is known. */
  readonly locale: 'es' | 'en';
  /** The unit ends in good order when its standard input does: for who starts it from a program. */
  readonly attached: boolean;
};

const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(path));

/** Throws on anything else: whoever starts a unit by hand reads it. */
export const unitArguments = (args: readonly string[]): UnitArguments => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      board: { type: 'string' },
      run: { type: 'string' },
      delivery: { type: 'string' },
      locale: { type: 'string', default: 'es' },
      attached: { type: 'boolean', default: false },
    },
  });
  const { board, run, delivery, locale, attached } = values;
  if (board === undefined || run === undefined || delivery === undefined)
    throw new Error('needs --board FILE --run DIR --delivery DIR');
  if (locale !== 'es' && locale !== 'en') throw new Error('--locale is es or en');
  return {
    board: absolute(board),
    run: absolute(run),
    delivery: absolute(delivery),
    locale,
    attached,
  };
};

/** The same for a child. */
export const asArguments = ({ board, run, delivery, locale }: UnitArguments): readonly string[] => [
  '--board',
  board,
  '--run',
  run,
  '--delivery',
  delivery,
  '--locale',
  locale,
];
