/** The virtual unit's parts as its maker would list them: what the release lets in by USB, and what hangs on it. */
import { readFileSync } from 'node:fs';
import { type ListedPart, type PartsList, readPartsList } from '#firmware/parts/parts-list.ts';

const LET_IN = new URL('../../boot/boards/virtual-x64.parts.json', import.meta.url);
/** What the kernel makes of them, each at its first interface. */
const BEHIND = {
  serial: ['reader', 'power-board', 'display'],
  hid: ['glass', 'operator-keypad', 'voter-keypad'],
  block: ['module', 'token', 'delivery'],
} as const;
/** The board itself: its USB controller's two buses, its serial ports, its disk (virtio). */
const ON_BOARD: readonly ListedPart[] = [
  { label: 'usb-2', kind: 'usb', path: 'usb1', vendor: '1d6b', product: '0002' },
  { label: 'usb-3', kind: 'usb', path: 'usb2', vendor: '1d6b', product: '0003' },
  { label: 'kernel-port', kind: 'serial', path: '00:02/ttyS1' },
  { label: 'console-port', kind: 'serial', path: '00:03/ttyS0' },
  { label: 'disk', kind: 'block', vendor: '1af4', product: '1001' },
];

export const virtualParts = (): PartsList => {
  const read = readPartsList(JSON.parse(readFileSync(LET_IN, 'utf8')));
  if (!read.ok) throw new Error(`${LET_IN.pathname}: ${read.error}`);
  const { parts } = read.value;
  const behind = Object.entries(BEHIND).flatMap(([kind, labels]) =>
    parts
      .filter(({ label }) => labels.some((each) => each === label))
      .map(
        (part): ListedPart => ({
          ...part,
          label: `${part.label}-${kind}`,
          kind: kind as keyof typeof BEHIND,
          path: `${part.path}:1.0`,
        }),
      ),
  );
  return { ...read.value, parts: [...parts, ...behind, ...ON_BOARD] };
};
