/** What the readiness report asks of the desk: are reader and station well? Over the wires. */
import { describe, expect, test } from 'vitest';
import { makeEmulatedBoard } from '#drivers/emulated-board.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { readSurroundings, surroundingsOnPaper } from '#firmware/runtime/booth-surroundings.ts';
import { startDesk } from '#firmware/runtime/desk-runtime.ts';
import { openElectionPackage } from '#firmware/vault/election-package.ts';
import { authorityPublicKey, provision } from '#scripts/day/provision.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

const definition = loadOwnDefinition(SMALL_PATH);

/** A desk on an emulated unit, one cable of which may be out. */
const selfTestsWithout = async (cable: 'reader' | 'keypad' | 'power' | null) => {
  const clock = makeVirtualClock(Date.UTC(2020, 11, 4, 12));
  const given = provision(definition, 1, 1, 'R503');
  const { pollingPlaceCode, number: precinctNumber } = definition.precinct;
  const opened = openElectionPackage(
    given.packageBytes,
    authorityPublicKey(given),
    { pollingPlaceCode, precinctNumber },
    null,
  );
  if (!opened.ok) throw new Error(opened.error.kind);
  const unit = makeEmulatedBoard({
    clock,
    entropy: makeSeededEntropy(1, 'unit'),
    noise: makeSeededEntropy(1, 'noise'),
  });
  const board = unit.powerOn();
  const desk = startDesk({
    board: board.desk,
    electionPackage: opened.value,
    locale: 'es',
    log: () => {},
    onPark: (reason) => {
      throw new Error(reason);
    },
  });
  if (cable !== null) unit.wires[cable].unplug();
  const found = await clock.run(readSurroundings(board.supervisor, desk.check));
  desk.stop();
  return surroundingsOnPaper(found, 'es').tests;
};

describe('the self-test at the desk', () => {
  test('passes when everything is plugged in', async () => {
    const tests = await selfTestsWithout(null);
    expect(tests).toContainEqual({ device: 'fingerprint', faultCode: null });
    expect(tests).toContainEqual({ device: 'station', faultCode: null });
    expect(tests.every(({ faultCode }) => faultCode === null)).toBe(true);
  });

  test('names a reader that is not there', async () => {
    expect(await selfTestsWithout('reader')).toContainEqual({
      device: 'fingerprint',
      faultCode: 'fingerprint.absent',
    });
  });

  test('names a station whose keypad is not there', async () => {
    expect(await selfTestsWithout('keypad')).toContainEqual({
      device: 'station',
      faultCode: 'station.absent',
    });
  });

  test('names every part behind a power board that is not there', async () => {
    const failed = (await selfTestsWithout('power')).filter(({ faultCode }) => faultCode !== null);
    expect(failed.map(({ device }) => device)).toEqual([
      'stabilizer',
      'stabilizer',
      'battery',
      'panel',
    ]);
  });
});
