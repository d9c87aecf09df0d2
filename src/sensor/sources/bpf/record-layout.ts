/** What the kind number of a record means; the order is that of `kernel/record.h`. */
export const kindsInOrder = ['exec', 'fork', 'exit'] as const

/** Bits of a record's flags, as in `kernel/record.h`. */
export const flagBits = {
  argsTruncated: 0x001,
  argsUnreadable: 0x002,
  envTruncated: 0x004,
  envUnreadable: 0x008,
  pathIsBare: 0x010,
  pathTruncated: 0x020,
  workingDirectoryIsBare: 0x040,
  workingDirectoryTruncated: 0x080,
  cgroupTruncated: 0x100,
  hasTty: 0x200,
  hasLogin: 0x400,
} as const

/** Byte offsets in every record, as in `struct record_head`. */
export const head = {
  sequence: 0,
  bootNs: 8,
  startBootNs: 16,
  parentStartBootNs: 24,
  kind: 32,
  flags: 34,
  cpu: 36,
  pid: 40,
  ppid: 44,
  pgid: 48,
  sid: 52,
  uid: 56,
  euid: 60,
  suid: 64,
  gid: 68,
  egid: 72,
  sgid: 76,
  ttyMajor: 80,
  ttyMinor: 84,
  bytes: 88,
} as const

/** Byte offsets after the head of an exit record. */
export const exit = { exitCode: 88, bytes: 96 } as const

/** Byte offsets after the head of an exec record; the texts follow in the order of their lengths. */
export const exec = {
  capEffective: 88,
  capPermitted: 96,
  inode: 104,
  sizeBytes: 112,
  ctimeNs: 120,
  device: 128,
  mode: 132,
  nlink: 136,
  ownerUid: 140,
  pidNamespace: 144,
  mntNamespace: 148,
  netNamespace: 152,
  userNamespace: 156,
  pidInNamespace: 160,
  loginUid: 164,
  sessionId: 168,
  seccomp: 172,
  stdioMode: 176,
  stdioDevice: 188,
  groupCount: 200,
  argsTotalBytes: 204,
  argsBytes: 208,
  envBytes: 212,
  filenameBytes: 216,
  pathBytes: 220,
  workingDirectoryBytes: 224,
  cgroupBytes: 228,
  groups: 232,
  maxGroups: 16,
  bytes: 296,
} as const
