/** A bug anywhere parks the process and is shown by its code, which quotes nothing. */
import { expect, test } from 'vitest';
import { wait } from '#hal/clock.ts';
import { makeBoothBench } from './booth-bench.ts';
import { makeRig, WITH_PRINT } from './desk-rig.ts';

const CODE = /^bug\.bugs\.test\.\d+$/;

test('a desk whose work is rejected parks, and the operator sees the code', async () => {
  const voter = WITH_PRINT[0]!;
  let broken = false;
  const rig = makeRig(() => {
    if (broken) throw new Error(`voter ${voter.nationalId}`);
  });
  await rig.run(async () => {
    await rig.open();
    broken = true;
    rig.type(voter.nationalId);
    await rig.voterFinger(voter.nationalId);
    await rig.until('the desk parks', () => rig.parks.length > 0);
    rig.press('enter', '1');
    await wait(rig.clock, 5_000);
  });
  expect(rig.parks).toEqual([expect.stringMatching(CODE)]);
  expect(rig.state().mode).toEqual({ kind: 'parked', code: rig.parks[0] });
  expect(rig.lines()[1]).toBe(rig.parks[0]!.slice(0, 16));
  expect(JSON.stringify(rig.log)).not.toContain(voter.nationalId);
});

test('a booth whose work is rejected parks, and the screen shows the code', async () => {
  const bench = makeBoothBench();
  await bench.clock.run(
    (async () => {
      bench.start();
      Object.assign(bench.board().booth.touchscreen, {
        check: () => Promise.reject(new Error('a mark that is not on the ballot: 0/7')),
      });
      await bench.reach('parked');
    })(),
  );
  expect(bench.parked).toEqual([expect.stringMatching(CODE)]);
  expect(JSON.stringify(bench.booth().scene())).toContain(bench.parked[0]);
});

test('a booth that can not even draw its screen still stops and says so', async () => {
  const bench = makeBoothBench();
  await bench.clock.run(
    (async () => {
      bench.start();
      Object.assign(bench.board().booth.touchscreen, {
        show: () => {
          throw new Error('no card t-1 on this ballot');
        },
      });
      await bench.reach('parked');
    })(),
  );
  expect(bench.parked).toEqual([expect.stringMatching(CODE)]);
});
