/**
 * Values that R. L. Rivest's own program `consistent_sampler` gives in its documentation: the decimal
 * fraction of a text, the first ticket of an item, and the order of six items.
 */
export const FIRST_TICKETS = [
  {
    name: 'AB-130',
    seed: '01382438112797316654',
    ticket: '0.26299714122838008416507544297546663599715395525154425586041245287750224561854',
  },
  {
    name: 'cat',
    seed: 'xy()134!g2n',
    ticket: '0.24866413894129579898796850445568128508290132707747976039848637531569373309555',
  },
  {
    name: 'dog',
    seed: 'xy()134!g2n',
    ticket: '0.33886035615681875183111698317327684455682722683976874746986356932751818935066',
  },
] as const;

export const ORDER = {
  names: ['A-1', 'A-2', 'A-3', 'B-1', 'B-2', 'B-3'],
  seed: '314159',
  firstFour: ['B-2', 'B-3', 'A-3', 'A-2'],
} as const;
