/** What goes wrong between the unit and the receiving centre, once the result is on its way. */
import { NETWORK_FAULTS } from '#drivers/network/emulator.ts';
import type { FaultKind } from '../plan.ts';
import type { Site } from '../site.ts';

/** Longer than a sender's patience with one message. */
const LASTS_MS = [5_000, 240_000] as const;

/** Takes effect with the next message that is sent. */
const ofNetwork = (name: string, set: (site: Site, on: boolean) => void): FaultKind => ({
  name: `network.${name}`,
  device: 'network',
  parts: ['closing'],
  weight: 0.8,
  lastsMs: LASTS_MS,
  begin: (site) => {
    const { network } = site.board.devices;
    const before = network.posts();
    set(site, true);
    return { end: () => set(site, false), hasBitten: () => network.posts() > before };
  },
});

export const NETWORK_FAULT_KINDS: readonly FaultKind[] = [
  ...NETWORK_FAULTS.map((fault) =>
    ofNetwork(fault, ({ board }, on) => {
      if (on) board.devices.network.fail(fault);
      else board.devices.network.heal();
    }),
  ),
  // The centre has somebody else's package of this precinct until that is cleared up.
  ofNetwork('conflict', ({ receiver }, on) => receiver.setConflict(on)),
];
