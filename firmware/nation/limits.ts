/** What a national election may at most hold. Each precinct's part is held to firmware/election/limits.ts. */
export const MAX_NATIONAL_DISTRICTS = 5000;
export const MAX_NATIONAL_CONTESTS = 2000;
export const MAX_NATIONAL_CANDIDATES = 50_000;
export const MAX_NATIONAL_CARDS = 2000;
export const MAX_NATIONAL_ORGANISATIONS = 2000;
export const MAX_NATIONAL_ALLIANCES = 500;
export const MAX_SUMMED_LISTS = 100;
export const MAX_SLATES = 50_000;
export const MAX_SLATE_NAMES = 1000;
export const MAX_CONTEST_SEATS = 1000;
export const MAX_LOT_SEED_LENGTH = 200;
export const MAX_PLACES = 50_000;
export const MAX_PRECINCTS = 100_000;
export const MAX_PRECINCT_OFFICERS = 20;

/** Bytes of the files an election is given in; larger ones are not looked into. */
export const MAX_OFFER_BYTES = 64 * 1024 * 1024;
export const MAX_TABLE_BYTES = 256 * 1024 * 1024;
/** 2,000 voters with templates of 4,096 bytes, as text. */
export const MAX_POLLBOOK_BYTES = 16 * 1024 * 1024;

/** Mistakes told; a file that is something else altogether has thousands. */
export const MAX_ELECTION_ERRORS = 500;
