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
  /** Where it knocks for other programs (process/launch.ts); null: it starts them itself. */
  readonly doors: string | null;
  /** The supervisor's own run folder. */
  readonly own: string;
  /** Holds the signed manifest that this unit was verified with, and its key; null: none was. */
  readonly release: string | null;
  /** The supervisor starts for its screen and console alone, under this code; null: for service. */
  readonly outOfService: string | null;
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
      doors: { type: 'string' },
      own: { type: 'string' },
      release: { type: 'string' },
      'out-of-service': { type: 'string' },
      attached: { type: 'boolean', default: false },
    },
  });
  const { board, run, delivery, locale, doors, own, release, attached } = values;
  if (board === undefined || run === undefined || delivery === undefined)
    throw new Error('needs --board FILE --run DIR --delivery DIR');
  if (locale !== 'es' && locale !== 'en') throw new Error('--locale is es or en');
  return {
    board: absolute(board),
    run: absolute(run),
    delivery: absolute(delivery),
    locale,
    doors: doors === undefined ? null : absolute(doors),
    own: absolute(own ?? run),
    release: release === undefined ? null : absolute(release),
    outOfService: values['out-of-service'] ?? null,
    attached,
  };
};

/** For a child that is started from here. */
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
