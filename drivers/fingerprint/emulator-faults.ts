/**
 * The named ways in which the emulated module fails: of its wire and power, and one for each code by which
 * a module refuses or gives up ([R503] "Confirmation code's definition"; [ZFM] 5).
 */
import { CODES, COMMANDS, type CommandName } from './protocol.ts';

type CodeFault = { readonly code: number; readonly commands: readonly CommandName[] | 'all' };

/** Faults that show as one code in answer to some commands. */
const CODE_FAULTS = {
  /** The sensor took a picture of nothing anybody could use. */
  imageFailed: { code: CODES.imageFailed, commands: ['GenImg'] },
  noFeatures: { code: CODES.tooFewFeatures, commands: ['GenChar'] },
  /** The image is gone by the time its features are asked for. */
  imageLost: { code: CODES.noImage, commands: ['GenChar'] },
  captureTimeout: { code: CODES.timeout, commands: ['GenImg'] },
  /** It can not take a template. */
  noReceiving: { code: CODES.cannotReceive, commands: ['DownChar'] },
  /** It can not give a template. */
  noUploading: { code: CODES.cannotUploadTemplate, commands: ['UpChar'] },
  /** It has forgotten the template that it took. */
  templateLost: { code: CODES.templateEmpty, commands: ['Match', 'UpChar'] },
  noMerging: { code: CODES.cannotMerge, commands: ['RegModel'] },
  flashError: { code: CODES.flashError, commands: ['RegModel', 'DownChar', 'Store'] },
  hardwareError: { code: CODES.hardwareError, commands: 'all' },
  executionFailed: { code: CODES.executionFailed, commands: 'all' },
  unsupported: { code: CODES.unsupported, commands: 'all' },
  /** It wants its password again, and again. */
  lockedAnew: {
    code: CODES.mustVerifyPassword,
    commands: ['GenImg', 'GenChar', 'Match', 'DownChar', 'UpChar', 'RegModel'],
  },
  /** It calls every packet damaged. */
  packetErrors: { code: CODES.packetError, commands: 'all' },
} as const satisfies Readonly<Record<string, CodeFault>>;
type CodeFaultName = keyof typeof CODE_FAULTS;
const CODE_FAULT_NAMES = Object.keys(CODE_FAULTS) as readonly CodeFaultName[];

/** The faults that `fail` knows. */
export const FINGERPRINT_FAULTS = [
  /** The cable is out (without a cable in the options: the module has no power). */
  'unplugged',
  /** It takes commands and never answers. */
  'silent',
  /** Every answer arrives with a wrong checksum. */
  'garbled',
  /** The sensor answers 29 to every capture. */
  'sensorError',
  /** Somebody changed its password. */
  'wrongPassword',
  /** It starts anew in the middle of the next command, once. */
  'restarts',
  /** Everything takes three times as long. */
  'slow',
  ...CODE_FAULT_NAMES,
] as const;
export type FingerprintFault = (typeof FINGERPRINT_FAULTS)[number];

const isCodeFault = (fault: FingerprintFault): fault is CodeFaultName =>
  Object.hasOwn(CODE_FAULTS, fault);

/** The code that `fault` answers to `instruction`; null: it takes its course. */
export const answerOf = (fault: FingerprintFault, instruction: number): number | null => {
  if (!isCodeFault(fault)) return null;
  const { code, commands }: CodeFault = CODE_FAULTS[fault];
  const meant = commands === 'all' || commands.some((name) => COMMANDS[name] === instruction);
  return meant ? code : null;
};
