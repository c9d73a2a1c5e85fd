/** What an election may at most hold. Sizes of buffers, files, paper and screen rest on these. */
export const MAX_CARDS = 110;
export const MAX_NAME_LENGTH = 60;
export const MAX_TITLE_LENGTH = 90;
export const MAX_ADDRESS_LENGTH = 120;
export const MAX_SHORT_NAME_LENGTH = 16;
export const MAX_COLOURS = 3;
export const MAX_DISTRICTS = 200;
export const MAX_ORGANISATIONS = 200;
export const MAX_ALLIANCES = 100;
export const MAX_CONTESTS = 16;
export const MAX_CANDIDATES = 2000;
export const MAX_STYLES = 32;
export const MAX_OFFICERS = 20;
/** Positions of one contest. Voters of 2020 had 1 to 4 nominal votes. */
export const MAX_POSITIONS = 10;
/** Options of one contest: far below the 0xffff that means "unmarked" in a cast vote record. */
export const MAX_OPTIONS = 4000;
export const MAX_TALLY_COPIES = 30;
