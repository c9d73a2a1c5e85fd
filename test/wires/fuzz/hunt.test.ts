/** The hunt finds what is planted: throwing, lying, hanging and devouring readers, by number and made small. */
import { describe, expect, test } from 'vitest';
import { hunt, replay } from '#scripts/fuzz/hunt.ts';
import { TARGETS } from './planted.ts';

const registry = new URL('./planted.ts', import.meta.url).href;
const hangMs = 1_500;
const named = (name: string) => TARGETS.find((target) => target.name === name)!;
const huntFor = (name: string, from = 0, inputs = 3_000) =>
  hunt({ target: named(name), registry, seed: 1, from, inputs, hangMs });

describe('the hunt', () => {
  test('goes through all inputs of a sound reader', async () => {
    const told: number[] = [];
    const report = await hunt({
      target: named('sound'),
      registry,
      seed: 1,
      from: 0,
      inputs: 1_200,
      progress: (done) => told.push(done),
    });
    expect(report).toMatchObject({ inputs: 1_200, accepted: 1_200, refused: 0, finding: null });
    expect(told).toEqual([500, 1_000, 1_200]);
  });

  test.each([
    ['throws', 'threw RangeError: planted'],
    ['lies', 'planted'],
  ])('finds a reader that %s, and makes the input as small as it can be', async (name, text) => {
    const { finding } = await huntFor(name);
    expect(finding?.text).toBe(text);
    expect([...finding!.minimised]).toEqual([7, name === 'throws' ? 0xff : 0x80]);
    const again = await huntFor(name, finding!.index, 1);
    expect(again.finding?.input).toEqual(finding!.input);
    expect(await replay(named(name), finding!.minimised, registry, hangMs)).toEqual({
      kind: 'finding',
      text,
    });
  });

  test('ends a reader that waits for ever, and names the input', async () => {
    const { finding, inputs } = await huntFor('waits');
    expect(finding?.text).toBe(`no end after ${hangMs} ms`);
    expect(inputs).toBe(finding!.index + 1);
    expect(finding!.minimised.length).toBeLessThanOrEqual(finding!.input.length);
    expect(await replay(named('throws'), finding!.input, registry, hangMs)).toMatchObject({
      kind: 'finding',
    });
  });

  test('outlives a reader that takes all the memory there is', async () => {
    const outcome = await replay(named('devours'), Uint8Array.of(7, 0xff), registry, 60_000);
    expect(outcome).toMatchObject({ kind: 'finding', text: expect.stringContaining('memory') });
  });

  test('ends a reader that never comes back', async () => {
    const outcome = await replay(named('hangs'), Uint8Array.of(7, 0xff), registry, hangMs);
    expect(outcome).toEqual({ kind: 'finding', text: `no end after ${hangMs} ms` });
    expect(await replay(named('hangs'), Uint8Array.of(7), registry, hangMs)).toEqual({
      kind: 'refused',
    });
  });
});
