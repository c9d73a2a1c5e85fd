/** Everything the booth can ask for; firmware/runtime/booth-runtime.ts performs it. */
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { BoothToDesk } from '#firmware/messages/catalogue.ts';
import type { BoothTimer, VaultCall } from './events.ts';
import type { OfficerPurpose, ReportName } from './stages.ts';

export type BoothEffect =
  | { readonly kind: 'startTimer'; readonly timer: BoothTimer; readonly delayMs: number }
  | { readonly kind: 'stopTimer'; readonly timer: BoothTimer }
  | { readonly kind: 'log'; readonly event: LogEvent }
  | { readonly kind: 'send'; readonly message: BoothToDesk }
  /** Every call but `prepare` and `setUp`, which carry what is stored. */
  | { readonly kind: 'vault'; readonly call: Exclude<VaultCall, 'prepare' | 'setUp' | 'record'> }
  /** S2 and S3: encodes ballot and paper record, `vault.prepare`. */
  | { readonly kind: 'prepareVote'; readonly ballot: Ballot; readonly marks: Marks }
  | { readonly kind: 'runSelfTest' }
  /** Prints and cuts. */
  | {
      readonly kind: 'printReport';
      readonly report: ReportName;
      readonly copy: number;
      readonly of: number;
      /** Opened with a second officer's consent. */
      readonly override: boolean;
    }
  /** Prints the pending record under its code, uncut. */
  | { readonly kind: 'printRecord' }
  | { readonly kind: 'cutPaper' }
  /** Asks a printer in trouble whether it can go on; answered by `printerStatus`. */
  | { readonly kind: 'recoverPrinter' }
  | { readonly kind: 'readCalendar' }
  | {
      readonly kind: 'checkToken';
      readonly purpose: OfficerPurpose;
      readonly pin: string;
    }
  /** Hands the pollbook's key, got with the last token that was checked, to the desk, and forgets it. */
  | { readonly kind: 'givePollbookKey' }
  | { readonly kind: 'forgetPollbookKey' }
  /** The precinct's key pair and its shares, in memory alone. */
  | { readonly kind: 'makeKeys' }
  | { readonly kind: 'writeToken'; readonly officerId: string; readonly pin: string }
  /** All tokens are written: erases the private key, `setUpVault` with the public one. */
  | { readonly kind: 'setUpVault' }
  | { readonly kind: 'giveShare'; readonly pin: string }
  | { readonly kind: 'count' }
  | { readonly kind: 'writeResult' }
  | { readonly kind: 'beep'; readonly durationMs: number }
  /** Safe mode. */
  | { readonly kind: 'park'; readonly code: string };
