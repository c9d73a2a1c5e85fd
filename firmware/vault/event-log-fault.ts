/** What can be wrong with a line of the event log, as data: whoever tells it has the words. */
import type { EventFault } from '#firmware/events/catalogue.ts';

/** In line 0, the header. */
export type HeaderFault = {
  readonly kind:
    | 'notObject'
    | 'noElection'
    | 'noIdentity'
    | 'noEscrow'
    /** Its hash is not that of its content. */
    | 'notBoundToContent'
    | 'otherMachine';
};

export type LogFault =
  | HeaderFault
  | {
      readonly kind: /** Without an end, too long, or not UTF-8. */
        | 'notText'
        | 'noSeal'
        | 'noFields'
        | 'noMinute'
        /** Not in the one spelling of its content. */
        | 'spelling'
        | 'notBoundToLineBefore'
        | 'wrongMac'
        | 'noSignature'
        | 'wrongSignature';
    }
  | { readonly kind: 'number'; readonly found: string; readonly expected: number }
  | EventFault;
