/**
 * Nodes that were drawn once, as small pictures, so that a card that is seen again costs a copy. The
 * cache is bounded in bytes; what was not used for longest goes first.
 */
import type { Canvas } from '@napi-rs/canvas';

export type Tiles = {
  /** The picture of `key`, made by `draw` when it is not there. */
  get(key: string, draw: () => Canvas): Canvas;
  /** Bytes of pixels held now. */
  bytes(): number;
};

/** Two ballots of 107 cards with their texts take about half of it. */
export const MAX_TILE_BYTES = 24 << 20;
/** A picture larger than this is drawn each time: it would push out a whole page of cards. */
const MAX_ONE_TILE_BYTES = 4 << 20;

const bytesOf = ({ width, height }: Canvas): number => 4 * width * height;

export const makeTiles = (maxBytes = MAX_TILE_BYTES): Tiles => {
  /** In the order of their last use. */
  const tiles = new Map<string, Canvas>();
  let held = 0;
  return {
    get: (key, draw) => {
      const known = tiles.get(key);
      if (known !== undefined) {
        tiles.delete(key);
        tiles.set(key, known);
        return known;
      }
      const tile = draw();
      const size = bytesOf(tile);
      if (size > Math.min(maxBytes, MAX_ONE_TILE_BYTES)) return tile;
      tiles.set(key, tile);
      held += size;
      for (const [oldest, old] of tiles) {
        if (held <= maxBytes) break;
        tiles.delete(oldest);
        held -= bytesOf(old);
      }
      return tile;
    },
    bytes: () => held,
  };
};
