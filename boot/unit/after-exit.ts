/**
 * What becomes of the unit when its supervisor ended: officers may have wanted it, or it failed. It is
 * started anew once; then in safe mode, where the screen shows the code and the field console works; when
 * not even that runs, the unit stays dark. Pure.
 */

/** `sysexits.h`, temporary failure: officers want the unit started again (boot/supervisor.ts). */
export const EXIT_RESTART = 75;

export type SupervisorLife = 'first' | 'second' | 'safeMode';

export type AfterExit =
  | { readonly kind: 'startAgain'; readonly life: SupervisorLife }
  | { readonly kind: 'restartMachine' }
  | { readonly kind: 'switchOff' }
  | { readonly kind: 'stayOut' };

/** `reason`: as `ProcessHandle` tells it. `stopping`: it was told to end. */
export const afterExit = (life: SupervisorLife, reason: string, stopping: boolean): AfterExit => {
  if (reason === `code-${EXIT_RESTART}`) return { kind: 'restartMachine' };
  if (stopping) return { kind: 'switchOff' };
  switch (life) {
    case 'first':
      return { kind: 'startAgain', life: 'second' };
    case 'second':
      return { kind: 'startAgain', life: 'safeMode' };
    case 'safeMode':
      return { kind: 'stayOut' };
  }
};
