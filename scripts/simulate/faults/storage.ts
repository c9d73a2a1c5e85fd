/** What goes wrong with the two stores: medium and cell of board and module; and with tokens. */
import type { CellBehaviour } from '#drivers/storage/emulator-cell.ts';
import type { MediumBehaviour } from '#drivers/storage/emulator-medium.ts';
import type { TokenBehaviour } from '#drivers/storage/emulator-token.ts';
import type { FaultKind } from '../plan.ts';
import type { Site } from '../site.ts';

const ANY_TIME = ['opening', 'voter', 'closing'] as const;
const LASTS_MS = [1_000, 60_000] as const;

const MEDIUM_BEHAVIOURS: Readonly<Record<string, MediumBehaviour>> = {
  full: { kind: 'full' },
  readOnly: { kind: 'readOnly' },
  notSynced: { kind: 'notSynced' },
  unreadable: { kind: 'unreadable', path: null },
  hangs: { kind: 'hung', lateEffect: false },
  hangsAndWritesLate: { kind: 'hung', lateEffect: true },
};

const mediumFaults = (store: 'fixed' | 'removable'): readonly FaultKind[] => [
  ...Object.entries(MEDIUM_BEHAVIOURS).map(
    ([name, behaviour]): FaultKind => ({
      name: `medium.${store}.${name}`,
      device: store,
      parts: ANY_TIME,
      weight: 1,
      lastsMs: LASTS_MS,
      store,
      begin: ({ board }) => {
        const medium = board.devices[store];
        const before = medium.bitten();
        medium.behave(behaviour);
        return { end: () => medium.behave(null), hasBitten: () => medium.bitten() > before };
      },
    }),
  ),
  {
    /** A volatile cache and a lie, found out when the power goes. */
    name: `medium.${store}.lyingSync`,
    device: store,
    parts: ANY_TIME,
    weight: 1,
    lastsMs: LASTS_MS,
    store,
    begin: (site) => {
      const medium = site.board.devices[store];
      const before = medium.bitten();
      medium.behave({ kind: 'lyingSync' });
      return {
        end: () => {
          if (site.supply() !== 'off') site.cut(`${store} had lied`);
          medium.behave(null);
        },
        hasBitten: () => medium.bitten() > before,
      };
    },
  },
  {
    name: `medium.${store}.bitRot`,
    device: store,
    parts: ANY_TIME,
    weight: 0.5,
    lastsMs: [0, 0],
    store,
    unseen: true,
    begin: (site, plan, bite) => {
      const medium = site.board.devices[store];
      const files = [...medium.files()].filter(([, bytes]) => bytes.length > 0);
      const [path, bytes] = files[Math.floor(plan.draw * files.length)] ?? ['', new Uint8Array()];
      const at = site.random.below(Math.max(1, bytes.length));
      const mask = 1 << site.random.below(8);
      if (medium.rot(path, at, mask)) {
        site.story.tell(`a bit of ${path} on ${store} rots, byte ${at}`);
        bite();
      }
      return { end: () => undefined };
    },
  },
];

const CELL_BEHAVIOURS: Readonly<Record<string, CellBehaviour>> = {
  stuckWrite: { kind: 'stuckWrite' },
  broken: { kind: 'broken' },
  unreadable: { kind: 'unreadable' },
  hangs: { kind: 'hung' },
};

const cellFaults = (
  name: 'boardCell' | 'moduleCell',
  store: 'fixed' | 'removable',
): readonly FaultKind[] =>
  Object.entries(CELL_BEHAVIOURS).map(([fault, behaviour]) => ({
    name: `cell.${name}.${fault}`,
    device: name,
    parts: ANY_TIME,
    weight: 1,
    lastsMs: LASTS_MS,
    store,
    begin: ({ board }: Site) => {
      const cell = board.devices[name];
      const before = cell.bitten();
      cell.behave(behaviour);
      return { end: () => cell.behave(null), hasBitten: () => cell.bitten() > before };
    },
  }));

/** The module is out for a while; then it, or a fresh one, is in. */
const moduleFault = (name: string, bring: (site: Site) => void): FaultKind => ({
  name: `module.${name}`,
  device: 'module',
  parts: ANY_TIME,
  weight: 3,
  lastsMs: [200, 60_000],
  store: 'removable',
  begin: (site, _plan, bite) => {
    const { removable, moduleCell } = site.board.devices;
    removable.pull((options) => site.random.below(options));
    moduleCell.pull();
    bite();
    return { end: () => bring(site) };
  },
});

const TOKEN_BEHAVIOURS: Readonly<Record<string, TokenBehaviour>> = {
  unreadable: { kind: 'unreadable' },
  silent: { kind: 'silent' },
};
const CEREMONY_BEHAVIOURS: Readonly<Record<string, TokenBehaviour>> = {
  pulledDuringWrite: { kind: 'pulledDuringWrite' },
  full: { kind: 'full' },
};

const tokenFault =
  (parts: FaultKind['parts'], weight: number) =>
  ([name, behaviour]: readonly [string, TokenBehaviour]): FaultKind => ({
    name: `token.${name}`,
    device: 'token',
    parts,
    weight,
    lastsMs: [1_000, 20_000],
    begin: ({ board }) => {
      const { tokens } = board.devices;
      const before = tokens.bitten();
      tokens.behave(behaviour);
      return { end: () => tokens.behave(null), hasBitten: () => tokens.bitten() > before };
    },
  });

export const STORAGE_FAULTS: readonly FaultKind[] = [
  ...mediumFaults('fixed'),
  ...mediumFaults('removable'),
  ...cellFaults('boardCell', 'fixed'),
  ...cellFaults('moduleCell', 'removable'),
  moduleFault('pulled', ({ board }) => {
    board.devices.moduleCell.putBack();
    board.devices.removable.putBack();
  }),
  moduleFault('replaced', ({ board }) => {
    board.devices.moduleCell.replaceByFresh();
    board.devices.removable.replaceByFresh();
  }),
  ...Object.entries(TOKEN_BEHAVIOURS).map(tokenFault(['ceremony', ...ANY_TIME], 1.5)),
  ...Object.entries(CEREMONY_BEHAVIOURS).map(tokenFault(['ceremony'], 3)),
];
