/** Readers with known faults, for the tests of the hunt. */
import { type FuzzTarget, finding } from '#scripts/fuzz/target.ts';

const seeds = (): readonly Uint8Array[] => [
  Uint8Array.from({ length: 40 }, (_, index) => (index === 0 ? 7 : 0x20 + index)),
];
const has = (input: Uint8Array, byte: number): boolean => input[0] === 7 && input.includes(byte);

export const TARGETS: readonly FuzzTarget[] = [
  { name: 'sound', describes: 'nothing wrong', seeds, run: () => 'accepted' },
  {
    name: 'throws',
    describes: 'throws on a byte FF behind a 7',
    seeds,
    run: (input) => {
      if (has(input, 0xff)) throw new RangeError('planted');
      return 'refused';
    },
  },
  {
    name: 'lies',
    describes: 'does not hold what it must',
    seeds,
    run: (input) => (has(input, 0x80) ? finding('planted') : 'accepted'),
  },
  {
    name: 'hangs',
    describes: 'has no end on a byte FF behind a 7',
    seeds,
    run: (input) => {
      while (has(input, 0xff));
      return 'refused';
    },
  },
  {
    name: 'waits',
    describes: 'its promise is never kept',
    seeds,
    run: (input) => (has(input, 0xff) ? new Promise(() => undefined) : 'refused'),
  },
  {
    name: 'devours',
    describes: 'takes all the memory there is',
    seeds,
    run: (input) => {
      const held: number[][] = [];
      while (has(input, 0xff)) held.push(new Array<number>(10_000_000).fill(held.length + 0.5));
      return 'refused';
    },
  },
];
