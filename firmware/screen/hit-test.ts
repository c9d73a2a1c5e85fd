/** What a finger meant, from the very nodes that were drawn. */
import type { Scene, SceneNode } from '#hal/scene.ts';

/** A node that can be touched. */
export type TargetNode = SceneNode & { readonly target: string };

/** The scene's touchable nodes, in drawing order: what a robot chooses from. */
export const targetsOf = (scene: Scene): readonly TargetNode[] =>
  scene.nodes.filter((node): node is TargetNode => node.target !== undefined);

const holds = ({ box }: SceneNode, x: number, y: number): boolean =>
  x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;

/** The action under (x, y), millimetres from the top left; the topmost target counts. Null: none. */
export const hitTest = (scene: Scene, xMm: number, yMm: number): string | null =>
  targetsOf(scene).findLast((node) => holds(node, xMm, yMm))?.target ?? null;

/** The middle of a target, for robots; null when the scene does not have it. */
export const centreOf = (
  scene: Scene,
  target: string,
): { readonly x: number; readonly y: number } | null => {
  const found = targetsOf(scene).find((node) => node.target === target);
  if (found === undefined) return null;
  const { x, y, width, height } = found.box;
  return { x: x + width / 2, y: y + height / 2 };
};
