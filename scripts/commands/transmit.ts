/** `urna transmit`: a closed precinct's signed result, sent until a receiver's signed receipt is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeHttpsNetwork } from '#drivers/network/https-network.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import {
  type Appointment,
  isReceiverUrl,
  openAppointment,
} from '#firmware/transmission/appointment.ts';
import { tlsIdentity } from '#firmware/transmission/certificate.ts';
import { openReceipt } from '#firmware/transmission/receipt.ts';
import { acknowledges, runSender } from '#firmware/transmission/run-sender.ts';
import { isAtRest, type SenderState } from '#firmware/transmission/sender.ts';
import { MAX_ANSWER_BYTES } from '#firmware/transmission/submission.ts';
import { openClosedPrecinct, type Precinct } from '../transmit/closed-precinct.ts';
import { receiptText } from '../transmit/receipt-text.ts';
import { replaceFile } from '../transmit/replace-file.ts';
import { folderNamed, keyFor } from './national-input.ts';
import {
  EXIT,
  MissingError,
  oneOf,
  parseOptions,
  runCommand,
  UsageError,
  wholeNumber,
} from './options.ts';

export const RECEIPT_FILE = 'receipt.signed';
const MINUTES = 10;
const MINUTES_MOST = 24 * 60;
const MINUTE_MS = 60_000;
const MISSING = ['noPackage', 'noIdentity', 'noLog'];

const HELP = `usage: scripts/urna transmit DIR --to FILE [options]

Sends the result of the precinct in DIR (as day leaves it, or a unit's media) over mutual TLS 1.3, proving the
machine's identity key, to the receiver that the authority appointed, which must prove its own before a byte
leaves. Cut anywhere, it is sent again, after pauses that grow and are partly drawn; it is over when the
receiver's signed receipt of exactly this package lies in DIR/${RECEIPT_FILE}. Nothing is sent unless the
machine's signed log says that the first tally report is on paper. Without network: receive --import.

  --to FILE       the authority's appointment of a receiver (receive --appoint); again for others, tried in turn
  --url URL       reaches the receiver here instead (https://host:port); its key stays the appointed one
  --key FILE      the authority's public key (PEM); without it the one in DIR is trusted, and that is said
  --identity FILE the machine's identity; default DIR/media/fixed/log/identity
  --for MINUTES   tries so long; default ${MINUTES}
  --locale L      of the receipt: es (default) or en
  --json          one JSON document: {ok, state, precinct, attempts, code}

exit code: 0 acknowledged (also when it was before: then nothing is sent), 1 not: the report is not printed,
           the receiver refuses the package, or none was reached, 2 usage, 3 a file is missing
`;

const readAppointments = (
  files: readonly string[],
  authorityKey: Uint8Array,
  url: string | undefined,
): readonly Appointment[] => {
  if (files.length === 0) throw new UsageError("--to FILE is missing: the receiver's appointment");
  if (url !== undefined && !isReceiverUrl(url))
    throw new UsageError(
      `--url is https://host:port in lower case, without a path; it was "${url}"`,
    );
  return files.map((file) => {
    if (!existsSync(file)) throw new MissingError(`no file ${file}`);
    const found = openAppointment(new Uint8Array(readFileSync(file)), authorityKey);
    if (found === null) throw new UsageError(`--to ${file} is no appointment by this authority`);
    return { ...found, url: url ?? found.url };
  });
};

/** The receipt that lies there already; null: none of this package. */
const receiptThere = (
  folder: string,
  { closed }: Precinct,
  receivers: readonly Appointment[],
): Uint8Array | null => {
  const path = join(folder, RECEIPT_FILE);
  if (!existsSync(path)) return null;
  const bytes = new Uint8Array(readFileSync(path).subarray(0, MAX_ANSWER_BYTES + 1));
  return acknowledges(bytes, closed, receivers) ? bytes : null;
};

const tell = (state: SenderState): void => {
  if (state.name === 'sending')
    process.stderr.write(`urna: sending, attempt ${state.attempt + 1}\n`);
  if (state.name === 'waiting')
    process.stderr.write(
      `urna: not sent: ${state.why}; again in ${(state.delayMs / 1000).toFixed(1)} s\n`,
    );
};

type Sent = { readonly state: SenderState; readonly attempts: number };

const send = (
  folder: string,
  { closed, identity }: Precinct,
  receivers: readonly Appointment[],
  minutes: number,
): Promise<Sent> =>
  new Promise((resolve, reject) => {
    let attempts = 0;
    const sender = runSender({
      network: makeHttpsNetwork(tlsIdentity(identity, closed.precinct), systemClock),
      clock: systemClock,
      entropy: systemEntropy,
      closed,
      receivers,
      keepReceipt: async (receipt) => replaceFile(join(folder, RECEIPT_FILE), receipt),
      onState: (state) => {
        tell(state);
        if (state.name === 'sending') attempts += 1;
        if (isAtRest(state)) end(state);
      },
      onPark: (code) => reject(new Error(code)),
    });
    const cancel = systemClock.after(minutes * MINUTE_MS, () => end(sender.state()));
    const end = (state: SenderState): void => {
      cancel();
      sender.stop();
      resolve({ state, attempts });
    };
    const there = receiptThere(folder, { closed, identity }, receivers);
    sender.post({ kind: there === null ? 'reportPrinted' : 'receiptFound' });
  });

const codeOf = (state: SenderState): string | null => {
  switch (state.name) {
    case 'refused':
      return state.code;
    case 'waiting':
    case 'givenUp':
      return state.why;
    case 'held':
    case 'sending':
    case 'keeping':
    case 'acknowledged':
      return null;
  }
};

export const run = (args: readonly string[]): Promise<number> =>
  runCommand(args, HELP, async () => {
    const { values, positionals } = parseOptions(args, {
      to: { type: 'string', multiple: true },
      url: { type: 'string' },
      key: { type: 'string' },
      identity: { type: 'string' },
      for: { type: 'string' },
      locale: { type: 'string' },
      json: { type: 'boolean' },
    });
    const folder = folderNamed(positionals, 'DIR', 'what the precinct left');
    const minutes = wholeNumber('for', values.for, MINUTES, 0, MINUTES_MOST);
    const locale = oneOf('locale', values.locale, 'es', ['es', 'en']);
    const { key } = keyFor(folder, values.key);
    const receivers = readAppointments(values.to ?? [], key, values.url);
    const opened = openClosedPrecinct(folder, key, values.identity ?? null);
    const document = (ok: boolean, state: string, code: string | null, attempts: number) =>
      `${JSON.stringify({ ok, state, precinct: opened.ok ? opened.value.closed.precinct : null, attempts, code })}\n`;
    if (!opened.ok) {
      const { code, detail } = opened.error;
      if (MISSING.includes(code)) throw new MissingError(`${code}: ${detail}`);
      process.stderr.write(`urna: nothing is sent: ${code}: ${detail}\n`);
      if (values.json === true) process.stdout.write(document(false, 'held', code, 0));
      return EXIT.found;
    }
    const precinct = opened.value;
    const other = receivers.find(({ election }) => election !== precinct.closed.election);
    if (other !== undefined) throw new UsageError(`--to appoints a receiver of ${other.election}`);
    const { state, attempts } = await send(folder, precinct, receivers, minutes);
    const done = state.name === 'acknowledged';
    const detail = state.name === 'refused' ? `: ${state.detail}` : '';
    if (!done)
      process.stderr.write(`urna: not acknowledged: ${codeOf(state) ?? state.name}${detail}\n`);
    if (values.json === true)
      process.stdout.write(document(done, state.name, codeOf(state), attempts));
    else if (done) process.stdout.write(receiptOf(folder, precinct, receivers, locale));
    return done ? EXIT.fine : EXIT.found;
  });

const receiptOf = (
  folder: string,
  precinct: Precinct,
  receivers: readonly Appointment[],
  locale: 'es' | 'en',
): string => {
  const bytes = receiptThere(folder, precinct, receivers);
  for (const { key } of receivers) {
    const receipt = bytes === null ? null : openReceipt(bytes, key);
    if (bytes !== null && receipt !== null) return receiptText(receipt, bytes, key, locale);
  }
  throw new Error('the receipt is kept and can not be read');
};
