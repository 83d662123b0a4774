// The numbers of core/wire/limits.h that the browser needs; limits.test.ts compares both files.
// The reason for each number stands in the header.

export const datagram_bytes_max = 1000;
export const message_bytes_max = 64 * 1024;
export const transfer_bytes_max = 4 * 1024 * 1024;
export const send_queue_bytes_max = 1024 * 1024;
export const transfers_max = 16;
export const close_reason_bytes_max = 123;
