/** A process of the unit as whoever started it holds it: real ones in spawn.ts. */
import type { ByteLink } from '#hal/byte-link.ts';

export type ProcessHandle = {
  /** The private channel. */
  readonly link: ByteLink;
  /** How it ended, once: `code-0`, `signal-SIGKILL`. Told at once when it has ended already. */
  readonly onExit: (listener: (reason: string) => void) => void;
  /** At once, whatever it is doing. */
  readonly kill: () => void;
};
