/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The bytes of one record in the ring; record-layout.ts says the same offsets to the reader. */
#ifndef VEDETTE_RECORD_H
#define VEDETTE_RECORD_H

#include "kernel-types.h"

#define KIND_EXEC 0
#define KIND_FORK 1
#define KIND_EXIT 2
#define KINDS 3

#define FLAG_ARGS_TRUNCATED 0x001
#define FLAG_ARGS_UNREADABLE 0x002
#define FLAG_ENV_TRUNCATED 0x004
#define FLAG_ENV_UNREADABLE 0x008
#define FLAG_PATH_BARE 0x010
#define FLAG_PATH_TRUNCATED 0x020
#define FLAG_CWD_BARE 0x040
#define FLAG_CWD_TRUNCATED 0x080
#define FLAG_CGROUP_TRUNCATED 0x100
#define FLAG_HAS_TTY 0x200
#define FLAG_HAS_LOGIN 0x400

#define MAX_ARGS_BYTES 0x7fff
#define MAX_ENV_BYTES 0x1fff
#define MAX_FILENAME_BYTES 4096
#define MAX_GROUPS 16

struct record_head {
  u64 sequence;
  u64 boot_ns;
  u64 start_boot_ns;
  u64 parent_start_boot_ns;
  u16 kind;
  u16 flags;
  u32 cpu;
  u32 pid;
  u32 ppid;
  u32 pgid;
  u32 sid;
  u32 uid;
  u32 euid;
  u32 suid;
  u32 gid;
  u32 egid;
  u32 sgid;
  u32 tty_major;
  u32 tty_minor;
};

struct exit_record {
  struct record_head head;
  u32 exit_code;
  u32 unused;
};

struct exec_record {
  struct record_head head;
  u64 cap_effective;
  u64 cap_permitted;
  u64 inode;
  u64 size_bytes;
  u64 ctime_ns;
  u32 device;
  u32 mode;
  u32 nlink;
  u32 owner_uid;
  u32 pid_namespace;
  u32 mnt_namespace;
  u32 net_namespace;
  u32 user_namespace;
  u32 pid_in_namespace;
  u32 login_uid;
  u32 session_id;
  u32 seccomp;
  u32 stdio_mode[3];
  u32 stdio_device[3];
  u32 group_count;
  u32 args_total_bytes;
  u32 args_bytes;
  u32 env_bytes;
  u32 filename_bytes;
  u32 path_bytes;
  u32 cwd_bytes;
  u32 cgroup_bytes;
  u32 groups[MAX_GROUPS];
  /* Then, without gaps: argv, environment, file name, path, working directory, cgroup. */
};

#endif
