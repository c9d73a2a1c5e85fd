/** Papers: who takes them where, and what people say when the machine asks. */
import type { Company } from './company.ts';
import type { Visitor } from './visitor.ts';

const MEND_MS = 3_000;

/** Whatever came out and belongs to the vote goes into the box. */
export const dropPaper = ({ site }: Company): void => {
  const { room, board } = site;
  if (room.lying() === 0 && board.devices.printer.hanging() !== null)
    board.devices.printer.tearOff();
  if (room.lying() > 0) room.mouth.dropIntoBox();
};

/** A paper for what the review showed is this voter's vote, whoever's touch or key confirmed it. */
const acceptPaper = (visitor: Visitor | null): void => {
  if (visitor !== null) visitor.confirmed ??= visitor.shown;
};

const saysPrinted = async (company: Company): Promise<void> => {
  const { site, hands } = company;
  const out = site.room.mouth.showsPaper();
  // Said wrongly: a paper is waited for that nobody has.
  const lies = site.habits.answer && !out;
  if (lies) {
    site.habits.answer = false;
    site.story.tell('wrong answer: something came out');
  }
  // The power may go before the answer is heard: it counts when the machine asks for that paper.
  company.claimsPaper = lies;
  await hands.press(out || lies ? 'paper:something' : 'paper:nothing');
};

const printerNeedsHelp = async (company: Company): Promise<void> => {
  const { site, hands, pause } = company;
  await pause(MEND_MS);
  if (hands.sees('paper:taken') && site.random.chance(0.3)) {
    site.board.devices.printer.tearOff();
    await hands.press('paper:taken');
    return;
  }
  site.room.mindPaperRoll();
  // A printer that is itself again goes on by itself.
  await pause(MEND_MS);
  if (hands.sees('paper:tryAgain')) await hands.press('paper:tryAgain');
};

/** True when the screen asked something about a paper. */
export const attendPaper = async (company: Company, visitor: Visitor | null): Promise<boolean> => {
  const { site, hands } = company;
  if (hands.sees('paper:something')) await saysPrinted(company);
  else if (hands.sees('paper:folded')) {
    if (site.room.mouth.showsPaper()) site.room.mouth.foldIntoEnvelope();
    else if (company.claimsPaper) company.envelopeOdd--;
    company.claimsPaper = false;
    await hands.press('paper:folded');
  } else if (hands.sees('paper:tryAgain')) await printerNeedsHelp(company);
  else if (hands.sees('paper:reject') && visitor?.rejects === true) {
    visitor.rejects = false;
    visitor.confirmed = null;
    visitor.believed = null;
    site.count('voter.rejectsPaper');
    await hands.press('paper:reject');
  } else if (hands.sees('paper:accept')) {
    acceptPaper(visitor);
    await hands.press('paper:accept');
    dropPaper(company);
  } else if (hands.sees('paper:inBox') || hands.sees('paper:taken')) {
    acceptPaper(visitor);
    dropPaper(company);
    await hands.press(hands.sees('paper:inBox') ? 'paper:inBox' : 'paper:taken');
  } else return false;
  return true;
};
