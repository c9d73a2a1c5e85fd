/** Texts of the field console. */
import type { Severity } from '#firmware/faults/catalogue.ts';
import { consoleEn } from './console-en.ts';
import { consoleEs } from './console-es.ts';
import { makeTexts } from './text.ts';

/** The commands, in the order in which help lists them. */
export const COMMAND_NAMES = [
  'help',
  'status',
  'faults',
  'explain',
  'devices',
  'device',
  'selftest',
  'print',
  'read',
  'touch',
  'power',
  'media',
  'time',
  'parts',
  'log',
  'trace',
  'release',
  'hash',
  'quote',
  'network',
  'login',
  'logout',
  'park',
  'resume',
  'reboot',
  'export',
  'json',
  'plain',
  'lang',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

type Phase = 'setup' | 'readyToOpen' | 'open' | 'closed' | 'counted';
type Level = 'mains' | 'degraded' | 'battery' | 'low' | 'critical' | 'parked';
type Refused =
  | 'needsTechnician'
  | 'needsOfficer'
  | 'voterInBooth'
  | 'notRunning'
  | 'busy'
  | 'noAnswer'
  | 'notNow'
  | 'noManifest'
  | 'notInManifest'
  | 'pollsOpen'
  | 'noTpm'
  | 'tpmFailed'
  | 'noKeys'
  | 'noChallenge'
  | 'wrongResponse'
  | 'locked';

export type ConsoleKey =
  | `help.${CommandName}`
  | `refused.${Refused}`
  | `phase.${Phase | 'unknown'}`
  | `level.${Level}`
  | `process.${'started' | 'running' | 'parked' | 'failed' | 'stopped'}`
  | `severity.${Severity}`
  | `status.${'phase' | 'stage' | 'startStages' | 'started' | 'parked' | 'processes' | 'power' | 'clock' | 'media' | 'log' | 'cast' | 'counters' | 'faults' | 'allWell'}`
  | `power.${'charge' | 'left' | 'noChart' | 'chart'}`
  | `log.${'none' | 'follow' | 'followEnds'}`
  | `faults.${'none' | 'past'}`
  | `explain.${'none' | 'means' | 'cause' | 'check' | 'remedy' | 'swap' | 'severity' | 'voting'}`
  | `voting.${'goesOn' | 'stops'}`
  | `parts.${'noList' | 'asListed' | 'missing' | 'extra' | 'more'}`
  | `test.${'running' | 'printing' | 'help' | 'finger' | 'touch' | 'officer'}`
  | `login.${'challenge' | 'phone' | 'how' | 'session' | 'ended'}`
  | `paper.${'test' | 'help' | 'done' | 'noVote'}`
  | `release.${'noManifest' | 'manifest' | 'never' | 'same' | 'differs'}`
  | `hash.${'same' | 'differs' | 'missing'}`
  | `quote.${'key' | 'nonce' | 'registers' | 'attest' | 'signature' | 'publicArea' | 'asking' | 'note'}`
  | `network.${'none' | 'up' | 'down' | 'carrier' | 'noCarrier' | 'mustBeDown' | 'mayBeUp'}`
  | `trace.${'none' | 'of' | 'kinds' | 'nothing'}`
  | `sheet.${'title' | 'how'}`
  | `export.${'done' | 'quarter' | 'cut'}`
  | 'time.unit'
  | 'title.devices'
  | 'welcome'
  | 'unknown'
  | 'usage'
  | 'notYet'
  | 'tooLong'
  | 'tooFast'
  | 'dropped'
  | 'more'
  | 'confirm'
  | 'needsNothing'
  | 'needsTechnician'
  | 'needsOfficer'
  | 'done'
  | 'well'
  | 'unknownState'
  | 'since'
  | 'yes'
  | 'no'
  | 'trusted'
  | 'doubtful'
  | 'upFor'
  | 'none';

export type ConsoleTexts = Readonly<Record<ConsoleKey, string>>;

export const sayAtConsole = makeTexts<ConsoleKey>({ es: consoleEs, en: consoleEn });
