/** All that a fresh desk or booth is told to work with, as messages of its private channel. */
import type { BeginBooth, BeginDesk, Portion } from '#firmware/messages/unit-catalogue.ts';
import { receiverOf } from '#firmware/transmission/sending.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { portionsOf } from '../process/portions.ts';
import type { DeliveryDoor } from './delivery.ts';
import type { StartedUnit } from './start-up.ts';

/** Enough of a digest to compare by eye. */
const shortDigest = (digest: Uint8Array): string => toHex(digest).slice(0, 16);

const packageOf = ({ delivery, openedAtMs }: StartedUnit) => ({
  packageBytes: delivery.packageBytes.length,
  authorityKey: toHex(delivery.authorityKey),
  pollingPlaceCode: delivery.pollingPlaceCode,
  precinctNumber: delivery.precinctNumber,
  openedAtMs,
  locale: delivery.locale,
});

type Given = { readonly delivery: DeliveryDoor; readonly nodeVersion: string };

const boothWork = (unit: StartedUnit, { delivery: door, nodeVersion }: Given): BeginBooth => {
  const { delivery, identity, certificates } = unit;
  const pollbookKey = door.pollbookKey();
  return {
    kind: 'beginBooth',
    ...packageOf(unit),
    privateKey: toHex(identity.privateKey),
    publicKey: toHex(identity.publicKey),
    formerKeys: unit.formerIdentities.map(toHex),
    machineCode: unit.machineCode,
    reportCertificate: toHex(certificates.report),
    keyCertificate: toHex(certificates.key),
    versions: [
      { name: 'release', value: shortDigest(delivery.releaseDigest) },
      { name: 'package', value: shortDigest(unit.packageDigest) },
      { name: 'Node', value: nodeVersion },
    ],
    pinCost: delivery.pinCost,
    // Without a network there is nobody to send to, whoever was appointed.
    receivers: unit.opened.board.network === null ? [] : unit.receivers.map(receiverOf),
    pollbookKey: pollbookKey === null ? null : toHex(pollbookKey),
  };
};

/** In the order in which they are sent. */
export const beginningOf = (
  name: 'desk' | 'booth',
  unit: StartedUnit,
  given: Given,
): readonly (BeginBooth | BeginDesk | Portion)[] => [
  name === 'booth' ? boothWork(unit, given) : { kind: 'beginDesk', ...packageOf(unit) },
  ...portionsOf(unit.delivery.packageBytes),
];
