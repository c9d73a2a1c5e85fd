/**
 * What QEMU 7.2 sent to a redirected printer and to a redirected boot keyboard while Linux 6.1 took them up,
 * byte for byte, each as it came from the socket. Unused fields of its packets hold whatever was in
 * its memory (the status of the control requests).
 */
export const QEMU_HELLO =
  '00000000440000000000000071656d75207573622d726564697220677565737420372e322e323200' +
  '000000000000000000000000000000000000000000000000000000000000000000000000ff000000';
export const RESET = '03000000000000000000000000000000';
/** GET_DESCRIPTOR, the device's, eight bytes of it. */
export const GET_DEVICE = '640000000a00000000f8fd0f000000008006803d000100000800';
/** The configuration's, 32 bytes. */
export const GET_CONFIGURATION = '640000000a00000060f8fd0f000000008006806f000200002000';
/** String 3 in English, 255 bytes. */
export const GET_SERIAL = '640000000a000000e071a20200000000800680fa03030904ff00';
/** A full-speed device has no qualifier. */
export const GET_QUALIFIER = '640000000a0000006070a20200000000800680b8000600000a00';
export const SET_CONFIGURATION = '06000000010000001072a2020000000001';
/** Of the printer's class. */
export const GET_DEVICE_ID = '640000000a0000003072a202000000008000a1ae00000000ff03';
/** usblp wants 1,024 bytes of status, and calls it off. */
export const BULK_IN = '650000000a0000000020d3020000000082000004000000000000';
export const CANCEL_BULK_IN = '15000000000000000020d30200000000';
/** "AB". */
export const BULK_OUT = '650000000c00000000c0e60200000000010002000000000000004142';
/** Of the keyboard: SET_IDLE, the report descriptor, an output report (its lamps), and the polling. */
export const SET_IDLE = '640000000a0000006072e70200000000000a210a000000000000';
export const GET_REPORT_DESCRIPTOR = '640000000a0000008072e7020000000080068109002200003f00';
export const SET_LAMPS = '640000000b000000b072e70200000000000921f400020000010000';
export const START_POLLING = '0f00000001000000000000000000000081';
