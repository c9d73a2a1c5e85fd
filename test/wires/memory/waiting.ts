/** A child that stays to be looked through: says so, and collects garbage at each line it is told. */

declare const gc: (() => void) | undefined;

/** `hold` keeps in reach what has to be. */
export const waitToBeScanned = (hold: () => unknown): void => {
  process.stdin.on('data', () => {
    gc?.();
    // What weak references and finalizers let go of goes with the second one.
    setTimeout(() => {
      gc?.();
      hold();
      process.stdout.write('collected\n');
    }, 50);
  });
  process.stdout.write('waiting\n');
};
