/** A change of a disk as what it is: bytes at a place. A list of them in order is a plan that can be cut anywhere. */
export type Write = { readonly offset: number; readonly bytes: Uint8Array };

export const applyWrites = (disk: Uint8Array, writes: readonly Write[]): void => {
  for (const { offset, bytes } of writes) disk.set(bytes, offset);
};

/** The same writes on a disk on which what they are meant for begins at `offset`. */
export const shifted = (writes: readonly Write[], offset: number): readonly Write[] =>
  writes.map((each) => ({ ...each, offset: each.offset + offset }));
