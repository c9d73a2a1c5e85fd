/**
 * Tells touches from everything else that lies on the glass. One finger that comes down alone, stays
 * where it is and lifts is one touch, told on lift, at the place where it came down and with the
 * scene that was shown then. Palms, second fingers and sliding fingers are nothing. A contact that
 * never lifts is told as stuck once and from then on taken as not there. A finger that seems to lift
 * for a moment is still the same one, so that no touch counts twice. Pure.
 */

/** A contact in millimetres. */
export type GlassContact = {
  readonly id: number;
  readonly down: boolean;
  readonly x: number;
  readonly y: number;
  /** Too large, or the device itself says that it is no finger. */
  readonly palm: boolean;
};

export type GlassInput = {
  /** What the device told; null: time has passed, nothing changed. */
  readonly contacts: readonly GlassContact[] | null;
  /** `contacts` are all there are; false: others may be down as before. */
  readonly whole: boolean;
  readonly nowMs: number;
  /**
   * The same by the panel's own time, when it tells it: between two frames that wait in a queue of a
   * busy machine no less time has passed. It need not begin where `nowMs` does.
   */
  readonly panelMs: number;
  /** The scene on the display now. */
  readonly sceneNumber: number;
};

/** A finger that may become a touch. */
type Candidate = {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly sceneNumber: number;
  /** When it came down, by the panel's time, ms. */
  readonly sinceMs: number;
  /** It slid, or is part of a palm: it will not be a touch. */
  readonly spoiled: boolean;
};

export type GlassState = {
  readonly candidate: Candidate | null;
  /** Where and when, by the panel's time, the last touch lifted. */
  readonly told: { readonly x: number; readonly y: number; readonly atMs: number } | null;
  /** Contacts on the glass and since when. */
  readonly down: ReadonlyMap<number, number>;
  /** Contacts that are stuck: not there. */
  readonly stuck: ReadonlySet<number>;
};

export type GlassOutput =
  | {
      readonly kind: 'touch';
      readonly x: number;
      readonly y: number;
      readonly sceneNumber: number;
      readonly heldMs: number;
    }
  | { readonly kind: 'stuck'; readonly contact: number };

/** A finger may roll this far and still be a touch, mm. */
export const MAX_MOVE_MM = 6;
/** Contacts larger than this across are palms, mm. */
export const PALM_MM = 25;
/** A contact that stays this long is stuck, ms. */
export const STUCK_MS = 10_000;
/** A finger that is back at its place within this never left it, ms. Nobody taps twice within 80. */
export const BOUNCE_MS = 40;
/** From this many contacts on, what is on the glass is a hand. */
const HAND_CONTACTS = 3;

export const initialGlass: GlassState = {
  candidate: null,
  told: null,
  down: new Map(),
  stuck: new Set(),
};

/** The contact lost its finger for a moment: this is the touch that was told already. */
const bounced = (
  told: GlassState['told'],
  { x, y }: { readonly x: number; readonly y: number },
  panelMs: number,
): boolean =>
  told !== null &&
  panelMs - told.atMs < BOUNCE_MS &&
  Math.hypot(x - told.x, y - told.y) <= MAX_MOVE_MM;

/** Follows the finger that came down first. */
const follow = (
  candidate: Candidate,
  contacts: readonly GlassContact[],
  onGlass: number,
): Candidate => {
  // Only while it is down: the place in a report of a lift may be anything, often 0.
  const own = contacts.find(({ id, down }) => id === candidate.id && down);
  const slid =
    own !== undefined && Math.hypot(own.x - candidate.x, own.y - candidate.y) > MAX_MOVE_MM;
  const spoiled = candidate.spoiled || slid || own?.palm === true || onGlass >= HAND_CONTACTS;
  return { ...candidate, spoiled };
};

/** A whole frame names every contact there is: one that it does not name has lifted. */
const forgetVanished = (
  contacts: readonly GlassContact[],
  down: Map<number, number>,
  stuck: Set<number>,
): void => {
  const named = new Set(contacts.map(({ id }) => id));
  for (const id of down.keys()) if (!named.has(id)) down.delete(id);
  for (const id of stuck) if (!named.has(id)) stuck.delete(id);
};

/** One frame of contacts, or a moment of time. */
export const stepGlass = (
  state: GlassState,
  { contacts, whole, nowMs, panelMs, sceneNumber }: GlassInput,
): readonly [GlassState, readonly GlassOutput[]] => {
  const outputs: GlassOutput[] = [];
  const down = new Map(state.down);
  const stuck = new Set(state.stuck);
  let { candidate, told } = state;
  const wasEmpty = down.size === 0;
  const arrived: GlassContact[] = [];
  for (const contact of contacts ?? []) {
    if (!contact.down) {
      down.delete(contact.id);
      stuck.delete(contact.id);
    } else if (!stuck.has(contact.id) && !down.has(contact.id)) {
      down.set(contact.id, nowMs);
      arrived.push(contact);
    }
  }
  if (contacts !== null && whole) forgetVanished(contacts, down, stuck);
  if (contacts !== null && candidate !== null) {
    candidate = follow(candidate, contacts, down.size);
    if (!down.has(candidate.id)) {
      const { x, y, spoiled, sinceMs } = candidate;
      if (!spoiled) {
        const heldMs = Math.max(0, panelMs - sinceMs);
        outputs.push({ kind: 'touch', x, y, sceneNumber: candidate.sceneNumber, heldMs });
        told = { x, y, atMs: panelMs };
      } else if (told !== null && bounced(told, candidate, candidate.sinceMs)) {
        // It may chatter on.
        told = { ...told, atMs: panelMs };
      }
      candidate = null;
    }
  } else if (contacts !== null && wasEmpty) {
    const [first] = arrived;
    if (first !== undefined) {
      const { id, x, y, palm } = first;
      const spoiled = palm || arrived.length > 1 || bounced(told, first, panelMs);
      candidate = { id, x, y, sceneNumber, sinceMs: panelMs, spoiled };
    }
  }
  for (const [id, sinceMs] of down) {
    if (nowMs - sinceMs < STUCK_MS) continue;
    down.delete(id);
    stuck.add(id);
    if (candidate?.id === id) candidate = null;
    outputs.push({ kind: 'stuck', contact: id });
  }
  return [{ candidate, told, down, stuck }, outputs];
};
