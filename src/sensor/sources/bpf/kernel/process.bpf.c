/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Process starts, forks and ends, described completely at the moment they happen.
 * Raw tracepoints only: no trampolines, no per-syscall cost. Nothing here decides; user space does.
 */
#include "helpers.h"
#include "record.h"

#define PF_KTHREAD 0x00200000
#define SIGNAL_GROUP_EXIT 0x00000004

#define MAX_PATH_STEPS 96
#define MAX_CGROUP_STEPS 48
/* A path stops here, so that one more name of 256 bytes still ends within 4096. */
#define MAX_PATH_BYTES 3840
#define MAX_NAME_BYTES 256

/*
 * A record is put together here before it goes to the ring. Its end can be anywhere in the first half,
 * so a read of up to 32 KiB from there stays inside; a per-CPU map could not hold a value of this size.
 */
struct workbench {
  u64 end;
  u64 start;
  struct dentry *dentry;
  struct mount *mount;
  struct kernfs_node *node;
  u64 outcome;
  /* Both shapes are named here, so that the object's own types tell a test where their members lie. */
  union {
    struct exec_record exec;
    struct exit_record exit;
    u8 bytes[0x20000];
  };
};

enum outcome { OUTCOME_UNFINISHED, OUTCOME_ROOTED, OUTCOME_DETACHED };

struct tally {
  u64 attempted;
  u64 lost;
};

struct map_definition ring section(".maps") = {.type = MAP_RING};
struct map_definition workbenches section(".maps") = {
    .type = MAP_ARRAY, .key_bytes = 4, .value_bytes = sizeof(struct workbench)};
struct map_definition tallies section(".maps") = {
    .type = MAP_PER_CPU_ARRAY, .key_bytes = 4, .value_bytes = sizeof(struct tally), .max_entries = KINDS};

/* Each kind counts for itself: the kernel never runs one program twice at once on a CPU, so no update is torn. */
inlined void submit(u32 kind, struct record_head *head, void *record, u64 bytes)
{
  struct tally *tally = map_lookup(&tallies, &kind);
  if (!tally)
    return;
  head->sequence = tally->attempted;
  tally->attempted += 1;
  if (ring_output(&ring, record, bytes, 0))
    tally->lost += 1;
}

inlined u64 start_of(struct task_struct *leader)
{
  if (has_member(struct task_struct, start_boottime))
    return get(leader->start_boottime);
  return get(((struct task_struct___real_start *)leader)->real_start_time);
}

inlined u32 outer_number(struct signal_struct *signal, u64 type)
{
  struct pid *pid;
  read_kernel(&pid, sizeof(pid), (u8 *)&signal->pids[0] + type * sizeof(pid));
  return get(pid->numbers[0].nr);
}

inlined void describe(struct record_head *head, u16 kind, struct task_struct *task)
{
  struct task_struct *leader = get(task->group_leader);
  struct task_struct *parent = get(leader->real_parent);
  struct signal_struct *signal = get(task->signal);
  struct cred *cred = get(task->cred);
  struct tty_struct *tty = get(signal->tty);

  head->boot_ns = boot_time();
  head->start_boot_ns = start_of(leader);
  head->parent_start_boot_ns = start_of(get(parent->group_leader));
  head->kind = kind;
  head->flags = 0;
  head->cpu = current_cpu();
  head->pid = get(task->tgid);
  head->ppid = get(parent->tgid);
  head->pgid = outer_number(signal, enumerator(enum pid_type, PIDTYPE_PGID));
  head->sid = outer_number(signal, enumerator(enum pid_type, PIDTYPE_SID));
  head->uid = get(cred->uid.val);
  head->euid = get(cred->euid.val);
  head->suid = get(cred->suid.val);
  head->gid = get(cred->gid.val);
  head->egid = get(cred->egid.val);
  head->sgid = get(cred->sgid.val);
  head->tty_major = 0;
  head->tty_minor = 0;
  if (tty) {
    struct tty_driver *driver = get(tty->driver);
    head->flags = FLAG_HAS_TTY;
    head->tty_major = get(driver->major);
    head->tty_minor = get(driver->minor_start) + get(tty->index);
  }
}

inlined void describe_namespaces(struct exec_record *record, struct task_struct *task, struct cred *cred)
{
  struct pid *pid = get(task->thread_pid);
  struct nsproxy *proxy = get(task->nsproxy);
  u64 level = get(pid->level);
  struct upid *innermost =
      (struct upid *)((u8 *)&pid->numbers[0] + level * kernel_size_of(struct upid));
  struct pid_namespace *pid_ns = get(innermost->ns);
  struct mnt_namespace *mnt_ns = get(proxy->mnt_ns);
  struct net *net_ns = get(proxy->net_ns);
  struct user_namespace *user_ns = get(cred->user_ns);

  record->pid_in_namespace = get(innermost->nr);
  record->pid_namespace = get(pid_ns->ns.inum);
  record->mnt_namespace = get(mnt_ns->ns.inum);
  record->net_namespace = get(net_ns->ns.inum);
  record->user_namespace = get(user_ns->ns.inum);
}

inlined void describe_rights(struct exec_record *record, struct task_struct *task, struct cred *cred)
{
  struct group_info *groups = get(cred->group_info);
  u64 count = get(groups->ngroups);
  u64 captured = count > MAX_GROUPS ? MAX_GROUPS : count;

  read_kernel(&record->cap_effective, 8, &cred->cap_effective);
  read_kernel(&record->cap_permitted, 8, &cred->cap_permitted);
  record->group_count = count;
  bounded(captured, 0x1f);
  if (captured <= MAX_GROUPS)
    read_kernel(record->groups, captured * sizeof(u32), &groups->gid[0]);

  record->seccomp = 0;
  if (has_member(struct task_struct, seccomp))
    record->seccomp = get(task->seccomp.mode);
  record->login_uid = 0;
  record->session_id = 0;
  if (has_member(struct task_struct, loginuid) && has_member(struct task_struct, sessionid)) {
    record->head.flags |= FLAG_HAS_LOGIN;
    record->login_uid = get(task->loginuid.val);
    record->session_id = get(task->sessionid);
  }
}

inlined void describe_stdio(struct exec_record *record, struct task_struct *task)
{
  struct files_struct *files = get(task->files);
  struct fdtable *table = get(files->fdt);
  struct file **descriptors = get(table->fd);
#pragma unroll
  for (int i = 0; i < 3; i++) {
    struct file *file = get(descriptors[i]);
    struct inode *inode = file ? get(file->f_inode) : 0;
    record->stdio_mode[i] = inode ? get(inode->i_mode) : 0;
    record->stdio_device[i] = inode ? get(inode->i_rdev) : 0;
  }
}

inlined u64 change_time_of(struct inode *inode)
{
  if (has_member(struct inode___split_ctime, i_ctime_sec)) {
    struct inode___split_ctime *split = (void *)inode;
    /* The highest bit says that somebody asked for this time, since 6.13. */
    return get(split->i_ctime_sec) * 1000000000 + (get(split->i_ctime_nsec) & 0x7fffffff);
  }
  if (has_member(struct inode___private_ctime, __i_ctime)) {
    struct inode___private_ctime *private = (void *)inode;
    return get(private->__i_ctime.tv_sec) * 1000000000 + get(private->__i_ctime.tv_nsec);
  }
  struct inode___plain_ctime *plain = (void *)inode;
  return get(plain->i_ctime.tv_sec) * 1000000000 + get(plain->i_ctime.tv_nsec);
}

inlined void describe_file(struct exec_record *record, struct inode *inode)
{
  struct super_block *super = get(inode->i_sb);
  record->inode = get(inode->i_ino);
  record->device = get(super->s_dev);
  record->mode = get(inode->i_mode);
  record->nlink = get(inode->i_nlink);
  record->owner_uid = get(inode->i_uid.val);
  record->size_bytes = get(inode->i_size);
  record->ctime_ns = change_time_of(inode);
}

/* Adds up to `limit` bytes of the process's own memory; says through `flags` what could not be had. */
inlined u32 append_user_memory(struct workbench *bench, u64 from, u64 bytes, u64 limit, u16 *flags,
                               u16 truncated, u16 unreadable)
{
  u64 at = bench->end;
  bounded(at, 0xffff);
  if (bytes > limit) {
    bytes = limit;
    *flags |= truncated;
  }
  bounded(bytes, 0x7fff);
  if (read_user(&bench->bytes[at], bytes, (void *)from)) {
    *flags |= unreadable;
    return 0;
  }
  bench->end = at + bytes;
  return bytes;
}

inlined u32 append_string(struct workbench *bench, const void *from, u32 limit)
{
  u64 at = bench->end;
  bounded(at, 0xffff);
  long bytes = read_kernel_string(&bench->bytes[at], limit, from);
  if (bytes <= 0)
    return 0;
  bench->end = at + bytes;
  return bytes;
}

/* A name was added; whether another still fits. */
inlined int has_room(struct workbench *bench)
{
  return bench->end - bench->start <= MAX_PATH_BYTES;
}

/*
 * One component towards the root, leaf first, NUL after each. All state lives in the workbench: kept in
 * registers it would multiply the states that the verifier has to tell apart.
 */
called int step_up(struct workbench *bench)
{
  struct dentry *dentry = bench->dentry;
  struct mount *mount = bench->mount;

  if (dentry == get(mount->mnt.mnt_root)) {
    struct mount *below = get(mount->mnt_parent);
    if (below == mount) {
      /* Mounts outside every namespace hold null or an error value here. */
      u64 owner = (u64)get(mount->mnt_ns);
      bench->outcome = owner == 0 || owner > (u64)-4096 ? OUTCOME_DETACHED : OUTCOME_ROOTED;
      return 0;
    }
    bench->dentry = get(mount->mnt_mountpoint);
    bench->mount = below;
    return 1;
  }
  struct dentry *parent = get(dentry->d_parent);
  if (parent == dentry) {
    bench->outcome = OUTCOME_DETACHED;
    return 0;
  }
  append_string(bench, get(dentry->d_name.name), MAX_NAME_BYTES);
  bench->dentry = parent;
  return has_room(bench);
}

inlined u32 append_path(struct workbench *bench, struct path *path, u16 *flags, u16 bare, u16 truncated)
{
  struct dentry *leaf = get(path->dentry);
  bench->dentry = leaf;
  bench->mount = (struct mount *)((u8 *)get(path->mnt) - offset_of_member(struct mount, mnt));
  bench->start = bench->end;
  bench->outcome = OUTCOME_UNFINISHED;
  for (int i = 0; i < MAX_PATH_STEPS; i++) {
    if (!step_up(bench))
      break;
  }
  if (bench->outcome == OUTCOME_UNFINISHED)
    *flags |= truncated;
  if (bench->outcome == OUTCOME_DETACHED) {
    *flags |= bare;
    if (bench->end == bench->start)
      append_string(bench, get(leaf->d_name.name), MAX_NAME_BYTES);
  }
  return bench->end - bench->start;
}

inlined struct kernfs_node *above(struct kernfs_node *node)
{
  if (has_member(struct kernfs_node, __parent))
    return get(node->__parent);
  return get(((struct kernfs_node___before_rename *)node)->parent);
}

called int step_up_cgroup(struct workbench *bench)
{
  struct kernfs_node *node = bench->node;
  struct kernfs_node *parent = above(node);
  if (!parent) {
    bench->outcome = OUTCOME_ROOTED;
    return 0;
  }
  append_string(bench, get(node->name), MAX_NAME_BYTES);
  bench->node = parent;
  return has_room(bench);
}

inlined struct kernfs_node *node_of_controller(struct css_set *set, u64 controller)
{
  struct cgroup_subsys_state *state;
  read_kernel(&state, sizeof(state), (u8 *)&set->subsys[0] + controller * sizeof(state));
  struct cgroup *group = get(state->cgroup);
  return get(group->kn);
}

/* The unified hierarchy says where a process is, unless it is left at the root because a host still uses v1. */
inlined struct kernfs_node *cgroup_node(struct task_struct *task)
{
  struct css_set *set = get(task->cgroups);
  struct cgroup *unified = get(set->dfl_cgrp);
  struct kernfs_node *node = get(unified->kn);
  if (node && above(node))
    return node;
  if (has_enumerator(enum cgroup_subsys_id, pids_cgrp_id))
    return node_of_controller(set, enumerator(enum cgroup_subsys_id, pids_cgrp_id));
  if (has_enumerator(enum cgroup_subsys_id, memory_cgrp_id))
    return node_of_controller(set, enumerator(enum cgroup_subsys_id, memory_cgrp_id));
  if (has_enumerator(enum cgroup_subsys_id, devices_cgrp_id))
    return node_of_controller(set, enumerator(enum cgroup_subsys_id, devices_cgrp_id));
  return node;
}

inlined u32 append_cgroup(struct workbench *bench, struct task_struct *task, u16 *flags)
{
  if (!has_member(struct task_struct, cgroups))
    return 0;
  bench->node = cgroup_node(task);
  bench->start = bench->end;
  bench->outcome = OUTCOME_UNFINISHED;
  for (int i = 0; i < MAX_CGROUP_STEPS; i++) {
    if (!step_up_cgroup(bench))
      break;
  }
  if (bench->outcome == OUTCOME_UNFINISHED)
    *flags |= FLAG_CGROUP_TRUNCATED;
  return bench->end - bench->start;
}

section("raw_tp/sched_process_exec") int on_exec(struct raw_tracepoint_context *context)
{
  struct task_struct *task = (void *)context->args[0];
  struct linux_binprm *bprm = (void *)context->args[2];
  u32 cpu = current_cpu();
  struct workbench *bench = map_lookup(&workbenches, &cpu);
  if (!bench)
    return 0;
  struct exec_record *record = &bench->exec;
  struct cred *cred = get(task->cred);
  struct mm_struct *mm = get(task->mm);
  struct file *file = get(bprm->file);
  struct fs_struct *fs = get(task->fs);

  describe(&record->head, KIND_EXEC, task);
  describe_namespaces(record, task, cred);
  describe_rights(record, task, cred);
  describe_stdio(record, task);
  describe_file(record, get(file->f_inode));

  u16 flags = record->head.flags;
  u64 args = get(mm->arg_start);
  u64 args_bytes = get(mm->arg_end) - args;
  u64 env = get(mm->env_start);
  u64 env_bytes = get(mm->env_end) - env;
  bench->end = sizeof(struct exec_record);
  record->args_total_bytes = args_bytes;
  record->args_bytes = append_user_memory(bench, args, args_bytes, MAX_ARGS_BYTES, &flags,
                                          FLAG_ARGS_TRUNCATED, FLAG_ARGS_UNREADABLE);
  record->env_bytes = append_user_memory(bench, env, env_bytes, MAX_ENV_BYTES, &flags,
                                         FLAG_ENV_TRUNCATED, FLAG_ENV_UNREADABLE);
  record->filename_bytes = append_string(bench, get(bprm->filename), MAX_FILENAME_BYTES);
  record->path_bytes = append_path(bench, &file->f_path, &flags, FLAG_PATH_BARE, FLAG_PATH_TRUNCATED);
  record->cwd_bytes = append_path(bench, &fs->pwd, &flags, FLAG_CWD_BARE, FLAG_CWD_TRUNCATED);
  record->cgroup_bytes = append_cgroup(bench, task, &flags);
  record->head.flags = flags;

  u64 bytes = bench->end;
  bounded(bytes, 0xffff);
  submit(KIND_EXEC, &record->head, bench->bytes, bytes);
  return 0;
}

section("raw_tp/sched_process_fork") int on_fork(struct raw_tracepoint_context *context)
{
  struct task_struct *child = (void *)context->args[1];
  struct record_head head;
  /* A new thread is no new process. */
  if (get(child->pid) != get(child->tgid))
    return 0;
  if (get(child->flags) & PF_KTHREAD || !get(child->mm))
    return 0;
  describe(&head, KIND_FORK, child);
  submit(KIND_FORK, &head, &head, sizeof(head));
  return 0;
}

section("raw_tp/sched_process_exit") int on_exit(struct raw_tracepoint_context *context)
{
  struct task_struct *task = (void *)context->args[0];
  struct signal_struct *signal = get(task->signal);
  struct exit_record record;
  if (get(task->flags) & PF_KTHREAD || get(signal->live.counter) != 0)
    return 0;
  describe(&record.head, KIND_EXIT, task);
  struct task_struct *leader = get(task->group_leader);
  /* As wait(2) tells it: the code of the whole group where one was set, else that of the leader. */
  record.exit_code = get(signal->flags) & SIGNAL_GROUP_EXIT ? get(signal->group_exit_code)
                                                            : get(leader->exit_code);
  record.unused = 0;
  submit(KIND_EXIT, &record.head, &record, sizeof(record));
  return 0;
}

char licence_of_programs[] section("license") = "Dual MIT/GPL";
