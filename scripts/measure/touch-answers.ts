/**
 * How soon touches are answered, from marks in time. A touch counts when it changed the scene; its answer
 * is the frame that shows this scene, however late that comes: the slow ones are what a p99 is for. Pure.
 */

/** A scene was handed to the display at `atMs`; while the report of `touchMs` was handled, null: of none. */
export type SceneMark = { readonly atMs: number; readonly touchMs: number | null };

/** Changes of the frame buffer closer together than this are rows of one frame, ms. */
const ONE_FRAME_MS = 4;

/**
 * For each touch that brought up a scene: from its report to the last change of the first frame after that
 * scene, ms. A display that is still at an older scene leaves scenes out: then the next frame, which
 * shows a newer one, is the answer. Throws when there is no frame any more: a touch without an answer.
 */
export const touchAnswers = (
  scenes: readonly SceneMark[],
  frames: readonly number[],
): readonly number[] =>
  scenes.flatMap(({ atMs, touchMs }, index) => {
    if (touchMs === null) return [];
    const nextMs = scenes[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const first = frames.find((frameMs) => frameMs >= atMs);
    if (first === undefined) throw new Error('a touch changed the scene, but no frame followed');
    let last = first;
    for (const frameMs of frames)
      if (frameMs > last && frameMs < nextMs && frameMs - last < ONE_FRAME_MS) last = frameMs;
    return [last - touchMs];
  });
