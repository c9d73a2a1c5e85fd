/** The operator station against its contract, over in-memory links. */
import { describeOperatorStation, type StationRig } from '#test/contracts/operator-station.ts';
import { makeStationBench } from './bench.ts';

const makeRig = (plugged = true): StationRig => {
  const { clock, link, station, keypad, board, close } = makeStationBench(plugged);
  return {
    clock,
    cable: link,
    slackMs: 1,
    station,
    keypad,
    display: board,
    play: (scene) => clock.run(scene),
    close,
  };
};

describeOperatorStation('operator station, in-memory links', makeRig);
