/** Whether a simulated day agrees with itself once it is over: every difference is named. */
import { renderText } from '#drivers/printer/emulator/render.ts';
import { RESULT_FOLDER } from '#firmware/runtime/booth-counting.ts';
import { RECEIPT_FILE } from '#firmware/runtime/booth-dispatch.ts';
import { openReceipt } from '#firmware/transmission/receipt.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { openEscrow, readHeader, verifyEventLog } from '#firmware/vault/event-log-format.ts';
import { LOG_PATH } from '#firmware/vault/event-log-store.ts';
import { decodeResultPackage, RESULT_FILES } from '#firmware/vault/result-package.ts';
import type { MediumName } from '#hal/storage.ts';
import { reconcile } from '../day/accounts.ts';
import { type LeftBehind, lookInside } from '../day/post-mortem.ts';
import type { Lived } from './people/live.ts';
import type { Site } from './site.ts';

const leftBehind = ({ board }: Site): LeftBehind => ({
  fixed: board.devices.fixed.files(),
  removable: board.devices.removable.files(),
  boardCell: board.devices.boardCell.image(),
  moduleCell: board.devices.moduleCell.image(),
});

/** The log on a medium, judged from outside: by the machines' keys and the escrowed first log key. */
const judgeLog = (
  site: Site,
  files: ReadonlyMap<string, Uint8Array>,
  identities: readonly Uint8Array[],
): readonly string[] => {
  const bytes = files.get(`log/${LOG_PATH}`);
  if (bytes === undefined) return ['a medium has lost the event log'];
  const [first = ''] = new TextDecoder().decode(bytes).split('\n');
  const read = readHeader(first);
  if (!read.ok) return [`the event log has no header: ${read.error.kind}`];
  const key = openEscrow(read.value.header, site.given.authority.escrow.privateKey);
  if (key === null) return ['the first key of the event log can not be had from the escrow'];
  const verified = verifyEventLog(bytes, identities, key);
  return verified.ok
    ? []
    : verified.error.map(({ line, fault }) => `event log, line ${line}: ${fault.kind}`);
};

/**
 * The logs of the media that were in step in the end. A unit that runs does not read what it wrote: bits
 * that rotted there show at the next start, and until then the other medium has the whole log.
 */
const judgeLogs = (
  site: Site,
  left: LeftBehind,
  identities: readonly Uint8Array[],
  logOn: readonly MediumName[],
): readonly string[] => {
  const judged = logOn.map((name) => ({ name, wrong: judgeLog(site, left[name], identities) }));
  const rotted = (name: MediumName): boolean => site.fired.has(`medium.${name}.bitRot`);
  const sound = judged.some(({ wrong }) => wrong.length === 0);
  if (logOn.length === 0) return ['no medium holds the whole event log'];
  return judged.flatMap(({ name, wrong }) => (sound && rotted(name) ? [] : wrong));
};

/** The centre has the very package of the media, and its receipt for it lies on one of them. */
const judgeSending = (
  { receiver, board }: Site,
  left: LeftBehind,
  packageBytes: Uint8Array,
): readonly string[] => {
  const received = receiver.received();
  if (received === null) return ['the centre has no result'];
  const receipts = [left.fixed, left.removable].flatMap(
    (files) => files.get(`booth/${RESULT_FOLDER}/${RECEIPT_FILE}`) ?? [],
  );
  const digest = sha256Hex(packageBytes);
  return [
    ...(sha256Hex(received.bytes) === digest ? [] : ['the centre has another result']),
    ...(receipts.some((each) => openReceipt(each, receiver.appointment.key)?.digest === digest)
      ? []
      : ['no medium holds the receipt of the centre']),
    ...(board.devices.network.isOn() ? ['the network was left on'] : []),
  ];
};

/** Everything that does not agree. `boxTexts`: what the papers in the box say, where they were read before. */
export const judgeDay = async (
  site: Site,
  { company, identity, logOn }: Lived,
  boxTexts: readonly string[] = site.room.box.map(renderText),
): Promise<readonly string[]> => {
  const { definition } = site.options;
  const identities = [...site.formerIdentities(), identity.publicKey];
  const left = leftBehind(site);
  const inside = await lookInside(left, site.given, site.clock.calendarMs(), {
    identity,
    formerIdentities: site.formerIdentities(),
  });
  // One medium with the result is enough, says the machine; one that lied may hold half of it.
  const at = `booth/${RESULT_FOLDER}/${RESULT_FILES.package}`;
  const [found] = [left.removable, left.fixed].flatMap((files) => {
    const bytes = files.get(at);
    const read = bytes === undefined ? null : decodeResultPackage(bytes);
    return bytes !== undefined && read?.ok === true ? [{ bytes, result: read.value }] : [];
  });
  const result = found?.result;
  if (found === undefined || result === undefined)
    return ['no medium holds a result package that can be read'];
  const voters = [...company.done].filter(({ again, confirmed }) => !again && confirmed !== null);
  return [
    ...reconcile({
      definition,
      confirmed: voters.map(({ ballot, confirmed }) => ({
        styleId: ballot.styleId,
        marks: confirmed ?? [],
      })),
      result,
      box: boxTexts,
      // What people said wrongly of a paper, they know.
      envelope: site.room.envelope.length - company.envelopeOdd,
      marked: inside.marked,
      voted: new Set(voters.map(({ plan }) => plan.voter.nationalId)),
      occupiedSlots: inside.occupiedSlots,
    }),
    ...judgeSending(site, left, found.bytes),
    ...judgeLogs(site, left, identities, logOn),
  ];
};
