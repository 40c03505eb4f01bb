/** Numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02) and the sizes that OpenSSH's own server grants. */

export const requestType = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const;

export const replyType = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 201,
} as const;

export const statusCode = { ok: 0, endOfFile: 1, noSuchFile: 2 } as const;

export const attributeFlag = { size: 0x1, owner: 0x2, permissions: 0x4, times: 0x8, extended: 0x80000000 } as const;

export const openFlag = { read: 0x1, write: 0x2, append: 0x4, create: 0x8, truncate: 0x10, exclusive: 0x20 } as const;

/** Bytes of one packet after its length field; bytes of data in one READ or WRITE (OpenSSH: the packet less 1024). */
export const MAX_PACKET = 256 * 1024;
export const MAX_DATA = MAX_PACKET - 1024;
