/** Starts the page: every part hears the bench for itself. */
import { startBegin } from './begin.ts';
import { startDrawers } from './drawers.ts';
import { find } from './elements.ts';
import { loadFaults, startFaults } from './fault-switches.ts';
import { startHeadphones } from './headphones.ts';
import { setHours, startInside } from './inside.ts';
import { startLog } from './log.ts';
import { setOfficers, startOfficers } from './officers.ts';
import { startPaper } from './paper.ts';
import { fetchPeople, onLine, onPart, startReach } from './reach.ts';
import { startScreen } from './screen.ts';
import { setPeople, startStation } from './station.ts';
import { startSupply } from './supply.ts';
import { startTour } from './tour.ts';
import { setTrainingHours, startTraining } from './training.ts';
import { startWalks } from './walk.ts';
import { say, startWords } from './words.ts';

const state = find('state', HTMLElement);

/** A machine came onto the bench: who belongs to it, and what can go wrong with it. */
const meet = async (): Promise<void> => {
  const people = await fetchPeople();
  if (people === null) return;
  setPeople(people);
  setOfficers(people);
  setHours(people.hours.closesAt);
  setTrainingHours(people.hours);
  await loadFaults();
};

startWords();
startDrawers();
startScreen();
startPaper();
startStation();
startOfficers();
startSupply();
startInside();
startHeadphones();
startFaults();
startLog();
startBegin();
// The address says which of the two leads.
if (new URLSearchParams(location.search).has('training')) startTraining();
else startTour();
startWalks();
onPart('session', () => void meet());
onPart('settingUp', (settingUp) => {
  state.textContent = settingUp ? say('settingUp') : '';
});
onLine((there) => {
  state.textContent = there ? '' : say('lost');
});
startReach();
