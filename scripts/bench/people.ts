/** Who is in the polling room: voters of the made-up precinct, officers with tokens and PINs, fingers. */
import type { Finger } from '#drivers/fingerprint/emulator.ts';
import type { OfficerRole } from '#firmware/election/definition.ts';
import type { OfficerKit, Provision } from '../day/provision.ts';
import { officerFinger, voterFinger } from '../elections/pollbook.ts';

/** How a finger lies on the glass; `other`: another finger of the same hand; `stranger`: somebody else's. */
export const FINGER_QUALITIES = ['clean', 'dry', 'wet', 'dirty', 'other', 'stranger'] as const;
export type FingerQuality = (typeof FINGER_QUALITIES)[number];

/** Prints this well, 0 to 1. */
const CLEAN_PRINT = 0.95;
const DIRTY_PRINT = 0.1;

export type VoterCard = {
  readonly id: string;
  readonly name: string;
  /** Whether the pollbook has a print of this voter; people at the table know such things. */
  readonly print: 'stored' | 'none' | 'noLimbs';
};

export type OfficerCard = {
  readonly id: string;
  readonly name: string;
  readonly role: OfficerRole;
  readonly pin: string;
  readonly holdsShare: boolean;
};

export type People = {
  /** As they stand on the poster at the door, ISO 8601. */
  readonly hours: { readonly opensAt: string; readonly closesAt: string };
  readonly voters: readonly VoterCard[];
  readonly officers: readonly OfficerCard[];
  /** Single-use codes in the presiding officer's sealed envelope, and those that the support line tells. */
  readonly codes: Provision['codes'];
};

export const peopleOf = (given: Provision): People => ({
  hours: {
    opensAt: given.definition.calendar.opensAt,
    closesAt: given.definition.calendar.closesAt,
  },
  voters: given.pollbook.voters.map(({ nationalId, name, template, hasUpperLimbs }) => ({
    id: nationalId,
    name,
    print: !hasUpperLimbs ? 'noLimbs' : template === null ? 'none' : 'stored',
  })),
  officers: given.definition.officers.map(({ id, name, role, holdsShare }) => ({
    id,
    name,
    role,
    holdsShare,
    pin: given.officers.find(({ officerId }) => officerId === id)?.pin ?? '',
  })),
  codes: given.codes,
});

export const kitOf = (given: Provision, officerId: string): OfficerKit | null =>
  given.officers.find((kit) => kit.officerId === officerId) ?? null;

/** Somebody's finger; null: nobody of that name is here. */
export const fingerOf = (
  { voters, officers }: People,
  who: string,
  quality: FingerQuality,
): Finger | null => {
  const seed = voters.some(({ id }) => id === who)
    ? voterFinger(who)
    : officers.some(({ id }) => id === who)
      ? officerFinger(who)
      : null;
  if (seed === null) return null;
  switch (quality) {
    case 'clean':
      return { seed, quality: CLEAN_PRINT };
    case 'dry':
    case 'wet':
      return { seed, quality: CLEAN_PRINT, skin: quality };
    case 'dirty':
      return { seed, quality: DIRTY_PRINT };
    case 'other':
    case 'stranger':
      return { seed: `${seed}, ${quality}`, quality: CLEAN_PRINT };
  }
};
