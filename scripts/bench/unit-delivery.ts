/**
 * What the authority does for a unit that runs in processes: writes the folder that is delivered with it,
 * once, and certifies the machine when it asks.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RELEASE_PURPOSE, type ReleaseManifest } from '#boot/release/manifest.ts';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import { EMULATED_MODULE, EMULATED_PARTS } from '#drivers/inventory/emulator.ts';
import type { Locale } from '#firmware/election/definition.ts';
import {
  type ListedPart,
  PARTS_LIST_FORMAT,
  PARTS_LIST_PURPOSE,
  type PartsList,
} from '#firmware/parts/parts-list.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { type Appointment, signAppointment } from '#firmware/transmission/appointment.ts';
import { bytesOfHex, jsonObject, toHex } from '#firmware/vault/bytes.ts';
import { TECHNICIANS_FORMAT, TECHNICIANS_PURPOSE } from '#firmware/vault/console-keys.ts';
import { encodeFormerMachines } from '#firmware/vault/former-machines.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import type { PinCost } from '#firmware/vault/officer-token.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import type { Part } from '#hal/inventory.ts';
import { authorityPublicKey, certify, type Provision } from '../day/provision.ts';

export type DeliveryOptions = {
  readonly provision: Provision;
  readonly releaseDigest: Uint8Array;
  /** Of the release with that digest; none: the unit runs from sources without one. */
  readonly manifest?: ReleaseManifest;
  readonly locale: Locale;
  readonly pinCost?: PinCost;
  /** The rack's, if not said. */
  readonly parts?: PartsList;
  /** Keys of the machines whose day this one, a spare, may continue. */
  readonly formerIdentities?: readonly Uint8Array[];
  /** Whom the unit sends its result to; delivered anew at each start, since a bench's addresses change. */
  readonly receivers?: readonly Appointment[];
  /** The ceremony was held: the pollbook's key is on the officers' tokens, and not delivered again. */
  readonly keyTaken?: boolean;
};

const PRIVATE = { mode: 0o600 } as const;

/** The rack's parts as their maker would list them; the module may be out. */
const rackParts = (): PartsList => ({
  format: PARTS_LIST_FORMAT,
  unit: 'rack',
  parts: [
    ...EMULATED_PARTS.map((part, at): ListedPart => listed(part, `part-${at + 1}`)),
    ...EMULATED_MODULE.map(
      (part, at): ListedPart => ({ ...listed(part, `module-${at + 1}`), optional: true }),
    ),
  ],
});
/** By kind, maker and serial number, wherever it is plugged in. */
const listed = ({ kind, vendor, product, serial }: Part, label: string): ListedPart => ({
  label,
  kind,
  ...(vendor === null ? {} : { vendor }),
  ...(product === null ? {} : { product }),
  ...(serial === null ? {} : { serial }),
});

const deliverReceivers = (folder: string, { receivers = [], provision }: DeliveryOptions): void => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [index, each] of receivers.entries())
    writeFileSync(
      join(folder, `${index + 1}.signed`),
      signAppointment(each, provision.authority.signing.privateKey),
    );
};

/** Writes the folder. What was delivered before stays as it is: the pollbook's key is delivered once. */
export const deliver = (folder: string, options: DeliveryOptions): void => {
  const { provision, releaseDigest, manifest, locale, pinCost, keyTaken = false } = options;
  const { parts = rackParts() } = options;
  const { definition, authority, packageBytes, pollbookKey } = provision;
  const at = (file: keyof typeof DELIVERY_FILES): string => join(folder, DELIVERY_FILES[file]);
  deliverReceivers(at('receivers'), options);
  if (existsSync(at('authority'))) return;
  writeFileSync(at('package'), packageBytes);
  writeFileSync(
    at('unit'),
    JSON.stringify({ releaseDigest: toHex(releaseDigest), locale, ...(pinCost && { pinCost }) }),
  );
  const { id, key, supportKey } = provision.technician;
  writeFileSync(
    at('technicians'),
    signFile(
      TECHNICIANS_PURPOSE,
      { format: TECHNICIANS_FORMAT, technicians: [{ id, key: toHex(key.publicKey) }] },
      authority.signing.privateKey,
    ),
  );
  writeFileSync(at('parts'), signFile(PARTS_LIST_PURPOSE, parts, authority.signing.privateKey));
  if (manifest !== undefined)
    writeFileSync(at('release'), signFile(RELEASE_PURPOSE, manifest, authority.signing.privateKey));
  const { formerIdentities = [] } = options;
  if (formerIdentities.length > 0)
    writeFileSync(
      at('formerMachines'),
      encodeFormerMachines(
        { election: definition.id, precinct: precinctOf(definition), keys: formerIdentities },
        authority.signing.privateKey,
      ),
    );
  writeFileSync(at('supportKey'), toHex(supportKey), PRIVATE);
  if (!keyTaken) writeFileSync(at('pollbookKey'), toHex(pollbookKey), PRIVATE);
  writeFileSync(
    at('authority'),
    JSON.stringify({
      signingKey: toHex(authorityPublicKey(provision)),
      escrowKey: toHex(authority.escrow.publicKey),
      pollingPlaceCode: definition.precinct.pollingPlaceCode,
      precinctNumber: definition.precinct.number,
    }),
  );
};

/** Certifies the machine of the request that lies in the folder. */
export const certifyRequest = (folder: string, provision: Provision): void => {
  const request = jsonObject(readFileSync(join(folder, DELIVERY_FILES.request), 'utf8'));
  const machineKey = bytesOfHex(request?.machineKey, KEY_BYTES);
  const machineCode = request?.machineCode;
  if (machineKey === null || typeof machineCode !== 'string')
    throw new Error('a request for a certificate that is none');
  const { report, key } = certify(provision, machineKey, machineCode);
  const path = join(folder, DELIVERY_FILES.certificates);
  writeFileSync(
    `${path}.new`,
    JSON.stringify({ machineCode, report: toHex(report), key: toHex(key) }),
  );
  renameSync(`${path}.new`, path);
};
