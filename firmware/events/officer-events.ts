/**
 * Events of officers and of voter authentication: ceremony, tokens, shares, outcomes, overrides, locks.
 * Officers are named by their identifier, voters never.
 */
import type { EventRow } from './fields.ts';

const SHARE_REFUSALS = ['malformed', 'foreign', 'repeated', 'forged', 'unknown'] as const;
const OUTCOMES = ['match', 'noMatch', 'noStoredPrint', 'noUpperLimbs'] as const;
const LIMITS = ['noMatch', 'noStoredPrint', 'noUpperLimbs'] as const;
const UNLOCKERS = ['presidingOfficer', 'supportCode'] as const;

export const OFFICER_EVENTS = {
  ceremonyStarted: ['cryptography', 'success', 'The setup ceremony began', {}],
  urnKeyMade: [
    'cryptography',
    'success',
    'The key pair of the precinct was made',
    { key: 'digest' },
  ],
  shareWritten: [
    'cryptography',
    'success',
    "A share of the private key was written to an officer's token",
    { officer: 'word' },
  ],
  pollbookKeyWritten: [
    'cryptography',
    'success',
    "The key of the pollbook was written to an officer's token",
    { officer: 'word' },
  ],
  privateKeyErased: ['cryptography', 'success', 'The private key of the precinct was erased', {}],
  ceremonyCompleted: [
    'cryptography',
    'success',
    'The setup ceremony is complete',
    { shares: 'count', threshold: 'count' },
  ],
  ceremonyAborted: [
    'cryptography',
    'failure',
    'The setup ceremony was given up',
    { reason: 'word' },
  ],
  shareAccepted: ['cryptography', 'success', 'A share was accepted', { officer: 'word' }],
  shareRefused: [
    'cryptography',
    'failure',
    'A share was refused',
    { officer: 'word', reason: SHARE_REFUSALS },
  ],
  privateKeyRecovered: [
    'cryptography',
    'success',
    'Enough shares joined to the private key of the precinct',
    { shares: 'count' },
  ],
  tokenOpened: [
    'authentication',
    'success',
    'An officer opened the token with the PIN',
    { officer: 'word' },
  ],
  tokenPinWrong: [
    'authentication',
    'failure',
    'A wrong PIN was given for a token',
    { officer: 'word' },
  ],
  tokenRefused: ['authentication', 'failure', 'A token was refused', { reason: 'word' }],
  pollbookUnlocked: [
    'authentication',
    'success',
    "The pollbook was opened under the key of the presiding officer's token",
    {},
  ],
  voterAuthenticated: [
    'authentication',
    'na',
    'A finger was compared, or could not be',
    { outcome: OUTCOMES },
  ],
  voterRefused: ['authentication', 'failure', 'A voter was not admitted', { reason: 'word' }],
  overrideAuthorised: [
    'authentication',
    'success',
    'The presiding officer authorised a voter',
    { outcome: OUTCOMES },
  ],
  overrideRefused: [
    'authentication',
    'failure',
    'An authorisation of the presiding officer was refused',
    { reason: 'word' },
  ],
  authenticationLocked: [
    'authentication',
    'failure',
    'A limit of authentication was reached',
    { limit: LIMITS },
  ],
  authenticationUnlocked: [
    'authentication',
    'success',
    'Authentication was unlocked',
    { by: UNLOCKERS },
  ],
  unlockRefused: [
    'authentication',
    'failure',
    'A code to unlock authentication was refused',
    { reason: 'word' },
  ],
} as const satisfies Readonly<Record<string, EventRow>>;
