/**
 * Events of the election day: opening, voters, paper, closing, counting, transmission. A vote's entry
 * has a coarse time and nothing else.
 */
import type { EventRow } from './fields.ts';

/** The rows of the recovery table: the phase of the journal that was found, with its print mark. */
const RECOVERY_ROWS = [
  'IDLE',
  'ACTIVE',
  'PREPARED-NONE',
  'PREPARED-STARTED',
  'PREPARED-PARTIAL',
  'PREPARED-DONE',
  'PREPARED-CONFIRMED',
  'SPOILED',
  'OUTCOME',
] as const;
const MEDIA = ['fixed', 'removable'] as const;

export const VOTING_EVENTS = {
  pollsReady: ['voting', 'success', 'Setup is complete; the polls can be opened', {}],
  pollsOpened: ['voting', 'success', 'The polls were opened', { override: 'flag' }],
  openingRefused: ['voting', 'failure', 'Opening was refused', { reason: 'word' }],
  pollsSuspended: ['voting', 'failure', 'Voting is suspended', { reason: 'word' }],
  pollsResumed: ['voting', 'success', 'Voting goes on', {}],
  queueConfirmedEmpty: ['voting', 'success', 'An officer confirmed that no voter is waiting', {}],
  pollsClosed: ['voting', 'success', 'The polls were closed, for good', { override: 'flag' }],
  closingRefused: ['voting', 'failure', 'Closing was refused', { reason: 'word' }],
  voterAdmitted: ['voting', 'success', 'A voter was admitted to the booth', {}],
  admissionRenewed: ['voting', 'other', 'The same admission was given again after a restart', {}],
  admissionReleased: ['voting', 'other', 'An admission was given up before anything was cast', {}],
  voterMarked: ['voting', 'success', 'The pollbook marks one voter more', {}],
  companionRecorded: ['voting', 'na', 'A voter was helped by a companion', {}],
  ballotCast: ['voting', 'success', 'A ballot was cast', {}],
  recoveryPerformed: [
    'voting',
    'success',
    'A row of the recovery table was carried out',
    { row: RECOVERY_ROWS },
  ],
  recordPrinted: ['printing', 'success', 'A paper record was printed', {}],
  recordReprinted: [
    'printing',
    'other',
    'A paper record was printed again after a partial print',
    {},
  ],
  recordSpoiled: ['printing', 'other', 'A voter rejected a paper record', {}],
  printFault: ['printing', 'failure', 'A print failed', { code: 'word' }],
  printRecovered: ['printing', 'success', 'The printer works again', {}],
  paperNearEnd: ['printing', 'other', 'The paper roll is near its end', {}],
  paperReplaced: ['printing', 'success', 'The paper roll was replaced', {}],
  readinessReportPrinted: ['printing', 'success', 'The readiness report was printed', {}],
  zeroReportPrinted: [
    'printing',
    'success',
    'A report showing zero votes was printed',
    { copy: 'count' },
  ],
  tallyReportPrinted: ['printing', 'success', 'The tally report was printed', { copy: 'count' }],
  diagnosticReportPrinted: ['printing', 'success', 'A diagnostic report was printed', {}],
  countingStarted: ['voting', 'success', 'Counting began', {}],
  countingCompleted: [
    'voting',
    'success',
    'All ballots were opened and counted',
    { ballots: 'count' },
  ],
  countingFailed: ['voting', 'failure', 'Counting stopped', { reason: 'word' }],
  resultPackageWritten: [
    'voting',
    'success',
    'The signed result package was written',
    { digest: 'digest', medium: MEDIA },
  ],
  pollbookErased: ['voting', 'success', 'The pollbook and its templates were erased', {}],
  networkEnabled: [
    'networking',
    'success',
    'The network was switched on after the first tally report',
    {},
  ],
  networkDisabled: ['networking', 'success', 'The network was switched off', {}],
  resultsSent: ['networking', 'success', 'The result package was sent', { digest: 'digest' }],
  resultsAcknowledged: [
    'networking',
    'success',
    'The receiving side signed that it has the result package',
    { digest: 'digest' },
  ],
  receiptPrinted: [
    'printing',
    'success',
    "The receiving side's receipt of the result package was printed",
    {},
  ],
  transmissionFailed: [
    'networking',
    'failure',
    'The result package could not be sent',
    { reason: 'word' },
  ],
} as const satisfies Readonly<Record<string, EventRow>>;
