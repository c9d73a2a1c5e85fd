/**
 * A delivery that comes on a stick: taken once, when the unit has none yet; after that only certificates
 * come, and the request for them goes back. What was delivered can not be replaced by another stick.
 */
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MAX_PACKAGE_BYTES } from '#firmware/vault/election-package.ts';
import { DELIVERY_FILES } from '../supervisor/delivery.ts';

const { authority, certificates, request, receivers: RECEIVERS, ...FIRST } = DELIVERY_FILES;
const MAX_RECEIVERS = 8;

/** Whole or not at all, whenever the power goes. What is no file, or too long, is not copied. */
const copyWhole = (from: string, to: string, user: number | null): void => {
  if (!existsSync(from)) return;
  const found = statSync(from);
  if (!found.isFile() || found.size > MAX_PACKAGE_BYTES) return;
  const fresh = `${to}.new`;
  writeFileSync(fresh, readFileSync(from), { mode: 0o600 });
  if (user !== null) chownSync(fresh, user, user);
  const file = openSync(fresh, 'r');
  fsyncSync(file);
  closeSync(file);
  renameSync(fresh, to);
  const folder = openSync(dirname(to), 'r');
  fsyncSync(folder);
  closeSync(folder);
};

const isSame = (one: string, other: string): boolean =>
  existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other));

const takeFirst = (stick: string, delivery: string, user: number | null): void => {
  for (const name of Object.values(FIRST)) copyWhole(join(stick, name), join(delivery, name), user);
  const receivers = join(stick, RECEIVERS);
  if (existsSync(receivers)) {
    const own = join(delivery, RECEIVERS);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    if (user !== null) chownSync(own, user, user);
    for (const name of readdirSync(receivers).sort().slice(0, MAX_RECEIVERS))
      if (/^[\w-]+\.signed$/.test(name)) copyWhole(join(receivers, name), join(own, name), user);
  }
  // Last: what is not there was not all taken.
  copyWhole(join(stick, authority), join(delivery, authority), user);
};

/**
 * `user`: whose the delivery is; null: whose it is. `beforeFirst` comes before the first is taken, and when
 * that fails none is. Throws when the stick goes meanwhile: the next look goes on.
 * True: the first was taken now.
 */
export const takeDelivery = async (
  stick: string,
  delivery: string,
  user: number | null,
  beforeFirst: () => Promise<boolean>,
): Promise<boolean> => {
  let taken = false;
  if (!existsSync(join(delivery, authority)) && existsSync(join(stick, authority))) {
    if (!(await beforeFirst())) return false;
    takeFirst(stick, delivery, user);
    taken = true;
  }
  const [offered, own] = [join(stick, certificates), join(delivery, certificates)];
  if (existsSync(offered) && !isSame(offered, own)) copyWhole(offered, own, user);
  const [asked, told] = [join(delivery, request), join(stick, request)];
  if (existsSync(asked) && !isSame(asked, told)) copyWhole(asked, told, null);
  return taken;
};
