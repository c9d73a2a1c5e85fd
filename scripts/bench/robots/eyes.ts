/**
 * Eyes at the screen of a machine that shows nothing but pixels. A robot imagines what it would see at a
 * stage it expects (the same pure function draws it), and compares: the picture is the same on every
 * run, so a part of it is there or it is not. It knows nothing else of the machine.
 */
import { createHash } from 'node:crypto';
import { loadRaster } from '#drivers/touchscreen/raster.ts';
import { DEFAULT_AIDS, initialState, type Stage, type VoterAids } from '#firmware/booth/state.ts';
import type { DispatchState } from '#firmware/dispatch/state.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { sceneOf } from '#firmware/screen/scene-of.ts';
import type { Box, Scene } from '#hal/scene.ts';
import type { ScreenSource } from '../frame-buffer-screen.ts';
import { commonStages, nameOf } from './common-stages.ts';

export type Spot = { readonly xMm: number; readonly yMm: number };

export type Eyes = {
  /** Where a target is, if the screen shows it as it would look at this stage; null: it does not. */
  readonly spot: (stage: Stage, target: string, dispatch?: DispatchState) => Promise<Spot | null>;
  /** Would the screen show this target at this stage? */
  readonly expects: (stage: Stage, target: string) => boolean;
  /** Does everything under the header look as it would at this stage? */
  readonly looksLike: (stage: Stage) => Promise<boolean>;
  /** The first of these stages that the screen looks like; null: none. */
  readonly which: <T extends Stage>(stages: readonly T[]) => Promise<T | null>;
  /** What the screen shows, by name, as far as it is known: for a person who reads why robots gave up. */
  readonly describe: () => Promise<string>;
  /** Of everything under the header: another one when the picture is another. */
  readonly fingerprint: () => Promise<string>;
  /** Calls `listener` when the picture may have changed. */
  readonly onChange: ScreenSource['onChange'];
  readonly pixels: ScreenSource['pixels'];
};

/** The header tells time and battery as well: this share of the height is not compared. */
const HEADER_SHARE = 0.125;
/** Pictures kept in mind. */
const IMAGINED_MAX = 14;

type Imagined = { readonly scene: Scene; readonly pixels: Uint8Array };

export const makeEyes = async (
  screen: ScreenSource,
  definition: ElectionDefinition,
  locale: Locale,
  aids: VoterAids = DEFAULT_AIDS,
): Promise<Eyes> => {
  const raster = await loadRaster();
  const { widthPx, heightPx, widthMm, heightMm } = screen;

  const headerBytes = 4 * widthPx * Math.ceil(heightPx * HEADER_SHARE);
  const imagined = new Map<string, Imagined>();
  const imagine = (stage: Stage, dispatch?: DispatchState): Imagined => {
    const name = JSON.stringify([stage, dispatch]);
    const known = imagined.get(name);
    if (known !== undefined) return known;
    const state = { ...initialState(locale), aids, stage };
    const scene = sceneOf(state, definition, screen, dispatch);
    const made = { scene, pixels: raster.draw(scene, screen).slice() };
    const oldest = imagined.keys().next().value;
    if (imagined.size >= IMAGINED_MAX && oldest !== undefined) imagined.delete(oldest);
    imagined.set(name, made);
    return made;
  };
  const same = (left: Uint8Array, right: Uint8Array, from: number, to: number): boolean =>
    Buffer.compare(left.subarray(from, to), right.subarray(from, to)) === 0;
  const sameIn = (left: Uint8Array, right: Uint8Array, box: Box): boolean => {
    const x0 = Math.max(0, Math.ceil((box.x / widthMm) * widthPx));
    const x1 = Math.min(widthPx, Math.floor(((box.x + box.width) / widthMm) * widthPx));
    const y0 = Math.max(0, Math.ceil((box.y / heightMm) * heightPx));
    const y1 = Math.min(heightPx, Math.floor(((box.y + box.height) / heightMm) * heightPx));
    for (let y = y0; y < y1; y++)
      if (!same(left, right, 4 * (y * widthPx + x0), 4 * (y * widthPx + x1))) return false;
    return true;
  };
  const looksLike = async (stage: Stage): Promise<boolean> => {
    const seen = await screen.pixels();
    return same(seen, imagine(stage).pixels, headerBytes, seen.length);
  };

  return {
    describe: async () => {
      const seen = await screen.pixels();
      if (seen.every((value, at) => at % 4 === 3 || value === 0)) return 'nothing: it is dark';
      for (const stage of commonStages()) if (await looksLike(stage)) return nameOf(stage);
      return 'something unexpected';
    },
    fingerprint: async () =>
      createHash('sha1')
        .update((await screen.pixels()).subarray(headerBytes))
        .digest('hex'),
    spot: async (stage, target, dispatch) => {
      const { scene, pixels } = imagine(stage, dispatch);
      const node = scene.nodes.findLast((each) => each.target === target);
      if (node === undefined) return null;
      const { box } = node;
      if (!sameIn(await screen.pixels(), pixels, box)) return null;
      return { xMm: box.x + box.width / 2, yMm: box.y + box.height / 2 };
    },
    expects: (stage, target) => imagine(stage).scene.nodes.some((node) => node.target === target),
    looksLike,
    which: async (stages) => {
      for (const stage of stages) if (await looksLike(stage)) return stage;
      return null;
    },
    onChange: screen.onChange,
    pixels: screen.pixels,
  };
};
