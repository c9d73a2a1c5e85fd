/** How a start's time is shared among its stages, by when each said on the console that it was through. Pure. */

export type TimedLine = {
  readonly text: string;
  /** Since the machine was switched on. */
  readonly atMs: number;
};

export type StageTime = { readonly name: string; readonly ms: number };

const ROOT_FOUND = /^urna: start: root /;
const STAGE_ENDED = /^urna: \[\d+\/\d+\] ([\w-]+): ok/;

const nameOf = (text: string): string | null =>
  ROOT_FOUND.test(text) ? 'kernel and initramfs' : (STAGE_ENDED.exec(text)?.[1] ?? null);

/**
 * In order, and last what was between the last stage and `endMs`. The first stage has what it takes to load
 * Node in it. Throws where no stage was heard of.
 */
export const stageTimes = (lines: readonly TimedLine[], endMs: number): readonly StageTime[] => {
  const ends = lines.flatMap(({ text, atMs }) => {
    const name = nameOf(text);
    return name === null ? [] : [{ name, atMs }];
  });
  if (ends.length === 0) throw new Error('nothing was heard of any stage');
  return [...ends, { name: 'processes and screen', atMs: endMs }].map(
    ({ name, atMs }, at, all) => ({
      name,
      ms: atMs - (all[at - 1]?.atMs ?? 0),
    }),
  );
};
