/** The words that build a machine, and the monitor's lines. */
import { describe, expect, test } from 'vitest';
import { qemuWords, type VirtualHardware } from '#scripts/qemu/command-line.ts';
import { encodeQmp, MAX_LINE_BYTES, makeLineDecoder, readQmp } from '#scripts/qemu/qmp.ts';

const HARDWARE: VirtualHardware = {
  ...{ memoryMb: 512, processors: 2, tpm: '/run/tpm', watchdog: true, monitor: '/run/monitor' },
  boot: { kind: 'kernel', kernel: 'k', initrd: 'i', append: 'quiet' },
  disk: { id: 'fixed', file: '/images/unit,1.img', serial: 'URNA-FIXED' },
  usb: [
    { id: 'reader', port: 1, kind: 'serial', path: '/run/reader', serial: 'R503-0001' },
    { id: 'printer', port: 4, kind: 'redirected', path: '/run/printer' },
  ],
  serialPorts: [{ kind: 'socket', path: '/run/console' }],
  screen: { widthPx: 1280, heightPx: 800 },
};

describe('the command line', () => {
  const words = qemuWords(HARDWARE);
  test('is software emulation with nothing but what is named', () => {
    expect(words.slice(0, 6)).toEqual([
      ...['-nodefaults', '-no-user-config', '-machine', 'q35,sata=off', '-accel', 'tcg'],
    ]);
    expect(words.join(' ')).not.toMatch(/kvm|-netdev|-nic/);
  });
  test('puts each USB device at its port', () => {
    expect(words).toContain(
      'usb-serial,id=reader,bus=usb.0,port=1,chardev=reader-wire,serial=R503-0001',
    );
    expect(words).toContain('usb-redir,id=printer,bus=usb.0,port=4,chardev=printer-wire');
    expect(words).toContain('socket,id=printer-wire,path=/run/printer,reconnect=1');
  });
  test('doubles a comma in a file name: it would begin another property', () => {
    expect(words.join(' ')).toContain('file=/images/unit,,1.img,');
  });
  test('has an unpacked kernel leave its initial file system alone until it is read', () => {
    const initrdBytes = 3_129_388;
    const boot = { kind: 'unpacked', kernel: 'k', initrd: 'i', initrdBytes, append: 'q' } as const;
    const unpacked = qemuWords({ ...HARDWARE, boot });
    expect(unpacked).toContain('loader,file=i,addr=268435456,force-raw=on');
    // Whole pages of it.
    expect(unpacked).toContain('q initrdmem=268435456,3129388 memmap=3060K$268435456');
    expect(unpacked).not.toContain('-initrd');
  });
  test('leaves out what is not there', () => {
    const bare = qemuWords({ ...HARDWARE, tpm: null, screen: null, disk: null, watchdog: false });
    expect(bare.join(' ')).not.toMatch(/tpm|VGA|virtio-blk|i6300esb/);
  });
});

describe('the monitor', () => {
  test.each([
    ['{"QMP": {"version": {}, "capabilities": []}}', { kind: 'greeting' }],
    [
      '{"return": {"status": "running"}, "id": 4}',
      { kind: 'answer', id: 4, value: { status: 'running' } },
    ],
    [
      '{"id": 5, "error": {"class": "GenericError", "desc": "no such device"}}',
      { kind: 'refusal', id: 5, reason: 'no such device' },
    ],
    [
      '{"event": "RESET", "data": {"guest": true}}',
      { kind: 'event', name: 'RESET', data: { guest: true } },
    ],
  ])('%s', (line, message) => {
    expect(readQmp(line)).toEqual({ ok: true, value: message });
  });
  test.each(['', 'nonsense', '[]', '{}', '{"return": {}}'])('"%s" is no message', (line) => {
    expect(readQmp(line).ok).toBe(false);
  });
  test('a command is one line', () => {
    const line = new TextDecoder().decode(encodeQmp(3, 'device_del', { id: 'token\n' }));
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual({
      ...{ execute: 'device_del', arguments: { id: 'token\n' }, id: 3 },
    });
  });
  test('lines are put together from pieces; one without end is refused for ever', () => {
    const decode = makeLineDecoder();
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(decode(bytes('{"a"'))).toEqual({ ok: true, value: [] });
    expect(decode(bytes(':1}\r\n{"b"'))).toEqual({ ok: true, value: ['{"a":1}'] });
    expect(decode(new Uint8Array(MAX_LINE_BYTES + 1).fill(65)).ok).toBe(false);
    expect(decode(bytes('\n')).ok).toBe(false);
  });
});
