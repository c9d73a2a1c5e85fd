/**
 * The receiving centre beside the bench: the real service (scripts/receive) on loopback, for the one machine
 * that stands there. It is opened when somebody first comes to it: until then nobody knows the machine's key.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import type { RegisteredMachine } from '#firmware/nation/register.ts';
import type { Appointment } from '#firmware/transmission/appointment.ts';
import { bytesOfHex, jsonObject } from '#firmware/vault/bytes.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import { authorityPublicKey, type Provision } from '../day/provision.ts';
import { onePrecinctNation } from '../nation/one-precinct.ts';
import { openCentre } from '../receive/centre-folder.ts';
import { type ReceiverServer, startReceiver } from '../receive/receiver-server.ts';

const LOOPBACK = '127.0.0.1';

/** What can be seen of the centre from the bench. */
export type CentreView = {
  /** It has the precinct's result. */
  readonly received: boolean;
  /** Codes of what it refused, the latest first. */
  readonly refused: readonly string[];
};

export type BenchReceiver = {
  /** Its public key, Ed25519. */
  readonly key: Uint8Array;
  readonly appointment: (port: number) => Appointment;
  /** Its port, opened if need be; null: no machine was certified yet. */
  readonly port: () => Promise<number | null>;
  readonly view: () => CentreView;
  readonly close: () => Promise<void>;
};

export type BenchReceiverOptions = {
  /** Of the centre; made when it is not there. */
  readonly folder: string;
  readonly given: Provision;
  /** Of the machine, whose request tells its key and code. */
  readonly delivery: string;
};

const NOTHING: CentreView = { received: false, refused: [] };
const REFUSALS_SHOWN = 5;

/** The machine that asked to be certified; null: none yet. */
const machineIn = (delivery: string): RegisteredMachine | null => {
  const path = join(delivery, DELIVERY_FILES.request);
  const request = existsSync(path) ? jsonObject(readFileSync(path, 'utf8')) : null;
  const { machineCode: code, machineKey: key } = request ?? {};
  if (typeof code !== 'string' || typeof key !== 'string') return null;
  return bytesOfHex(key, KEY_BYTES) === null ? null : { code, key };
};

export const makeBenchReceiver = async (options: BenchReceiverOptions): Promise<BenchReceiver> => {
  const { folder, given, delivery } = options;
  const { definition, pollbook } = given;
  const nationWith = (machines: readonly RegisteredMachine[]) =>
    onePrecinctNation(definition, pollbook.voters.length, machines, authorityPublicKey(given));
  // Its key is needed for the delivery, before there is any machine.
  const early = await openCentre(folder, nationWith([]), null);
  const { identity } = early;
  await early.close();

  let view = NOTHING;
  let closed = false;
  let server: ReceiverServer | null = null;
  let opening: Promise<number | null> | null = null;
  let end = (): Promise<void> => Promise.resolve();

  const open = async (): Promise<number | null> => {
    const machine = machineIn(delivery);
    if (machine === null || closed) return null;
    const nation = nationWith([machine]);
    const centre = await openCentre(folder, nation, null);
    const { reception, anomalies } = centre;
    const look = async (): Promise<void> => {
      const { received } = await reception.progress();
      view = {
        received: received > 0,
        refused: anomalies
          .latest()
          .slice(0, REFUSALS_SHOWN)
          .map(({ code }) => code),
      };
    };
    const started = await startReceiver({
      register: nation.register,
      reception: {
        ...reception,
        take: async (submission, sender) => {
          const taken = await reception.take(submission, sender);
          await look();
          return taken;
        },
      },
      identity,
      anomalies,
      host: LOOPBACK,
      port: 0,
      onTrouble: (trouble) => {
        process.stderr.write(`urna: the centre: ${trouble}\n`);
      },
    });
    await look();
    server = started;
    end = async () => {
      await started.close();
      await centre.close();
    };
    return started.port;
  };

  return {
    key: identity.publicKey,
    appointment: (port) => ({
      election: definition.id,
      url: `https://${LOOPBACK}:${port}`,
      key: identity.publicKey,
    }),
    port: async () => {
      if (server !== null) return server.port;
      opening ??= open().finally(() => {
        opening = null;
      });
      return opening;
    },
    view: () => view,
    close: async () => {
      closed = true;
      await opening;
      await end();
    },
  };
};
