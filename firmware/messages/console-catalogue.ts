/**
 * What crosses between the supervisor and the field console: diagnostics one way, and the other way a
 * closed set of requests, each of which the supervisor may refuse. The console's process holds no device
 * but its own serial line, no medium and no key; who may ask for what is decided by the supervisor.
 */
import type { UnitPart } from '../faults/parts.ts';
import type { Diagnostics, LogLine } from './diagnostics.ts';

/** Nothing: reading. `technician`: touching a device. `officer`: a technician and an officer who agrees. */
export type ConsoleLevel = 'reader' | 'technician' | 'officer';

export type ConsoleRequest =
  /** Read the devices that are the supervisor's own anew; a snapshot precedes the answer. */
  | { readonly name: 'look' }
  /** SHA-256 of a file of the release manifest, read now. */
  | { readonly name: 'hash'; readonly path: string }
  /** What the TPM says of how the unit was started, signed over this nonce: 16 to 32 bytes in hex. */
  | { readonly name: 'quote'; readonly nonce: string }
  | { readonly name: 'selfTest'; readonly part: UnitPart | null }
  | { readonly name: 'printTest' }
  /** What these codes mean and what to do, on paper. */
  | { readonly name: 'printHelp'; readonly codes: readonly string[] }
  | { readonly name: 'readFinger' }
  | { readonly name: 'touchTest' }
  | { readonly name: 'park' }
  | { readonly name: 'resume' }
  | { readonly name: 'reboot' }
  /** The event log as it lies on a memory, from this byte on, at most `LOG_PORTION_BYTES` of it. */
  | { readonly name: 'readLog'; readonly offset: number }
  /** A fresh challenge; the one before is void. */
  | { readonly name: 'challenge' }
  | { readonly name: 'login'; readonly response: string }
  | { readonly name: 'logout' };
export type RequestName = ConsoleRequest['name'];

/** Faults that one printed sheet explains: about a hand of paper each. */
export const MAX_HELP_CODES = 8;

/** One frame of an exported log: 2,048 characters of base64. */
export const LOG_PORTION_BYTES = 1_536;

/** What each request needs. */
export const REQUEST_LEVELS = {
  look: 'reader',
  hash: 'reader',
  quote: 'reader',
  selfTest: 'technician',
  printTest: 'technician',
  printHelp: 'technician',
  readFinger: 'technician',
  touchTest: 'technician',
  readLog: 'technician',
  park: 'officer',
  resume: 'officer',
  reboot: 'officer',
  challenge: 'reader',
  login: 'reader',
  logout: 'reader',
} as const satisfies Readonly<Record<RequestName, ConsoleLevel>>;

export const CONSOLE_REFUSALS = [
  /** A technician must log in first. */
  'needsTechnician',
  /** No officer of this precinct agreed, by token and PIN at the unit. */
  'needsOfficer',
  'voterInBooth',
  /** The part of the unit that would do it does not run. */
  'notRunning',
  /** Something else of the console is under way. */
  'busy',
  'noAnswer',
  /** It makes no sense as the unit is. */
  'notNow',
  /** No manifest was delivered: files have nothing to be compared with. */
  'noManifest',
  /** The manifest names no such file. */
  'notInManifest',
  /** Votes are cast: what they need is nobody else's. */
  'pollsOpen',
  'noTpm',
  /** It is there and does not answer as it must; the unit's own console says what it said. */
  'tpmFailed',
  /** No technician's key was delivered with the unit. */
  'noKeys',
  'noChallenge',
  'wrongResponse',
  /** Too many wrong responses. */
  'locked',
] as const;
export type ConsoleRefusal = (typeof CONSOLE_REFUSALS)[number];

/**
 * A quote as the TPM gave it, in hex: TPMS_ATTEST, TPMT_SIGNATURE and TPMT_PUBLIC of the key, and what the registers
 * hold (the bank of SHA-256), of which only a digest is signed.
 */
export type QuoteText = {
  readonly attest: string;
  readonly signature: string;
  readonly publicArea: string;
  readonly registers: readonly { readonly pcr: number; readonly sha256: string }[];
};
export type QuoteAnswer = QuoteText | Extract<ConsoleRefusal, 'noTpm' | 'tpmFailed'>;

/** Registers of a quote. */
export const MAX_QUOTED = 8;
/** A nonce in hex: 16 to 32 bytes. */
export const QUOTE_NONCE = /^([0-9a-f]{2}){16,32}$/;

/** What a test found of one part. */
export type TestResult = { readonly part: UnitPart; readonly code: string | null };

export type ConsoleAnswer =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'tested'; readonly results: readonly TestResult[] }
  | { readonly outcome: 'refused'; readonly reason: ConsoleRefusal }
  /** `data`: base64; `total`: bytes of the log now. */
  | {
      readonly outcome: 'bytes';
      readonly offset: number;
      readonly total: number;
      readonly data: string;
    }
  /** Hex; `sha256` null: the file is missing or can not be read. `expected`: as the manifest has it. */
  | {
      readonly outcome: 'hashed';
      readonly path: string;
      readonly sha256: string | null;
      readonly expected: string;
    }
  /** `key`: SHA-256 of the public area, in hex. */
  | ({ readonly outcome: 'quoted'; readonly nonce: string; readonly key: string } & QuoteText)
  /** `nonce`: for a key; `digits`: to be read aloud on the telephone. */
  | { readonly outcome: 'challenge'; readonly nonce: string; readonly digits: string }
  | { readonly outcome: 'session'; readonly who: string; readonly minutes: number };

export type ToConsole =
  | { readonly kind: 'snapshot'; readonly diagnostics: Diagnostics }
  /** Entries of the log, oldest first. */
  | { readonly kind: 'logged'; readonly lines: readonly LogLine[] }
  | { readonly kind: 'answer'; readonly ask: number; readonly answer: ConsoleAnswer }
  | { readonly kind: 'stop' };

export type FromConsole =
  | { readonly kind: 'running' }
  | { readonly kind: 'alive' }
  /** Somebody types at it. */
  | { readonly kind: 'opened' }
  | { readonly kind: 'request'; readonly ask: number; readonly request: ConsoleRequest }
  | { readonly kind: 'stopped' };
