/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The few kernel types that the process programs look into, each with only the members they read.
 * The loader finds the real offsets in the running kernel's BTF, so order and gaps here mean nothing.
 * A name after three underscores marks another shape of the same kernel type.
 */
#ifndef VEDETTE_KERNEL_TYPES_H
#define VEDETTE_KERNEL_TYPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
  u32 val;
} kuid_t;

typedef struct {
  u32 val;
} kgid_t;

typedef struct {
  s32 counter;
} atomic_t;

struct timespec64 {
  s64 tv_sec;
  long tv_nsec;
};

struct ns_common {
  u32 inum;
};

struct pid_namespace {
  struct ns_common ns;
};

struct mnt_namespace {
  struct ns_common ns;
};

struct net {
  struct ns_common ns;
};

struct user_namespace {
  struct ns_common ns;
};

struct nsproxy {
  struct mnt_namespace *mnt_ns;
  struct net *net_ns;
};

struct upid {
  s32 nr;
  struct pid_namespace *ns;
};

struct pid {
  u32 level;
  struct upid numbers[1];
};

enum pid_type { PIDTYPE_PGID = 2, PIDTYPE_SID = 3 };

struct tty_driver {
  s32 major;
  s32 minor_start;
};

struct tty_struct {
  s32 index;
  struct tty_driver *driver;
};

struct signal_struct {
  atomic_t live;
  s32 group_exit_code;
  u32 flags;
  struct pid *pids[4];
  struct tty_struct *tty;
};

struct kernel_capabilities {
  u64 bits;
};

struct group_info {
  s32 ngroups;
  kgid_t gid[1];
};

struct cred {
  kuid_t uid;
  kgid_t gid;
  kuid_t suid;
  kgid_t sgid;
  kuid_t euid;
  kgid_t egid;
  struct kernel_capabilities cap_permitted;
  struct kernel_capabilities cap_effective;
  struct user_namespace *user_ns;
  struct group_info *group_info;
};

struct super_block {
  u32 s_dev;
};

struct inode {
  u16 i_mode;
  kuid_t i_uid;
  struct super_block *i_sb;
  unsigned long i_ino;
  u32 i_nlink;
  u32 i_rdev;
  s64 i_size;
};

/* Change time: split in two members since 6.11, renamed in 6.6, a plain timespec before. */
struct inode___split_ctime {
  s64 i_ctime_sec;
  u32 i_ctime_nsec;
};

struct inode___private_ctime {
  struct timespec64 __i_ctime;
};

struct inode___plain_ctime {
  struct timespec64 i_ctime;
};

struct qstr {
  const unsigned char *name;
};

struct dentry {
  struct dentry *d_parent;
  struct qstr d_name;
};

struct vfsmount {
  struct dentry *mnt_root;
};

struct mount {
  struct mount *mnt_parent;
  struct dentry *mnt_mountpoint;
  struct vfsmount mnt;
  struct mnt_namespace *mnt_ns;
};

struct path {
  struct vfsmount *mnt;
  struct dentry *dentry;
};

struct file {
  struct path f_path;
  struct inode *f_inode;
};

struct fdtable {
  u32 max_fds;
  struct file **fd;
};

struct files_struct {
  struct fdtable *fdt;
};

struct fs_struct {
  struct path pwd;
};

struct mm_struct {
  unsigned long arg_start;
  unsigned long arg_end;
  unsigned long env_start;
  unsigned long env_end;
};

struct kernfs_node {
  struct kernfs_node *__parent;
  const char *name;
};

struct kernfs_node___before_rename {
  struct kernfs_node *parent;
};

struct cgroup {
  struct kernfs_node *kn;
};

struct cgroup_subsys_state {
  struct cgroup *cgroup;
};

struct css_set {
  struct cgroup_subsys_state *subsys[16];
  struct cgroup *dfl_cgrp;
};

enum cgroup_subsys_id { memory_cgrp_id = 4, devices_cgrp_id = 5, pids_cgrp_id = 11 };

struct seccomp {
  s32 mode;
};

struct task_struct {
  u32 flags;
  s32 exit_code;
  s32 pid;
  s32 tgid;
  struct task_struct *real_parent;
  struct task_struct *group_leader;
  struct pid *thread_pid;
  u64 start_boottime;
  struct cred *cred;
  struct fs_struct *fs;
  struct files_struct *files;
  struct nsproxy *nsproxy;
  struct signal_struct *signal;
  struct mm_struct *mm;
  kuid_t loginuid;
  u32 sessionid;
  struct seccomp seccomp;
  struct css_set *cgroups;
};

/* The name of the start time before 5.5, still met in long-lived vendor kernels. */
struct task_struct___real_start {
  u64 real_start_time;
};

struct linux_binprm {
  struct file *file;
  const char *filename;
};

#pragma clang attribute pop

#endif
