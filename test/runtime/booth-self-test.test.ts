import { expect, test } from 'vitest';
import { makeBoothBench } from './booth-bench.ts';

/** A printer remembers its jam after the paper is free: somebody has to tell it to go on. */
test('paper freed at the self-test is enough for the repeated test to pass', async () => {
  const bench = makeBoothBench();
  const { printer } = bench.hardware.devices;
  await bench.run(async () => {
    printer.setFault('jam', true);
    bench.start();
    await bench.press('selfTest:repeat');
    // It is still jammed.
    await bench.press('selfTest:repeat');
    printer.setFault('jam', false);
    await bench.press('selfTest:repeat');
    await bench.reach('readyForCeremony');
  });
  const said = bench.logged.filter(
    ({ id, fields }) => 'part' in fields && fields.part === 'printer' && id !== 'deviceFault',
  );
  expect(said.map(({ id }) => id)).toEqual([
    'selfTestFailed',
    'selfTestFailed',
    'selfTestFailed',
    'selfTestPassed',
  ]);
});

test('a cell that has not the writes of an election left is named before the ceremony', async () => {
  const bench = makeBoothBench();
  const { moduleCell } = bench.hardware.devices;
  await bench.run(async () => {
    moduleCell.behave({ kind: 'worn' });
    bench.start();
    await bench.press('selfTest:repeat');
    moduleCell.behave(null);
    await bench.press('selfTest:repeat');
    await bench.reach('readyForCeremony');
  });
  expect(bench.logged).toContainEqual({
    id: 'selfTestFailed',
    fields: { part: 'moduleCell', code: 'cell.worn' },
  });
});
