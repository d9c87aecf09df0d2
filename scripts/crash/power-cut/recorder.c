/*
 * Loaded into a program by LD_PRELOAD: writes down, in the order in which they happened, what the program did to files
 * below one directory, and what it wrote to its standard output. One operation at a time, so that a file that was
 * synced had every write that stands before its sync.
 *
 * VEDETTE_RECORDED   the directory, absolute
 * VEDETTE_RECORDING  the file to write it down in
 *
 * A record: kind (1 byte), inode, offset, lengths of path, other path and data (8 bytes each, little-endian), then these.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATED = 1, WRITTEN, CUT, SYNCED, RENAMED, UNLINKED, TOLD };

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static size_t root_length;
static int recording = -1;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("VEDETTE_RECORDING");
  root = getenv("VEDETTE_RECORDED");
  if (root == NULL || path == NULL) return;
  root_length = strlen(root);
  recording = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_below(const char *path) {
  return recording >= 0 && path != NULL && strncmp(path, root, root_length) == 0 &&
         (path[root_length] == '/' || path[root_length] == 0);
}

static int is_recorded(int fd) {
  char link[64], path[PATH_MAX];
  if (recording < 0) return 0;
  char *end = link + sizeof link - 1;
  *end = 0;
  int number = fd;
  do *--end = '0' + number % 10; while ((number /= 10) > 0);
  end -= 14;
  memcpy(end, "/proc/self/fd/", 14);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, end, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_below(path);
}

static uint64_t inode_of(int fd) {
  struct stat facts;
  return fstat(fd, &facts) == 0 ? facts.st_ino : 0;
}

static void write_all(const void *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = syscall(SYS_write, recording, bytes, length);
    if (written <= 0) abort();
    bytes = (const char *)bytes + written;
    length -= written;
  }
}

static void note_head(int kind, uint64_t inode, uint64_t offset, const char *path, const char *other, uint64_t length) {
  uint64_t path_length = path == NULL ? 0 : strlen(path), other_length = other == NULL ? 0 : strlen(other);
  char head[41];
  head[0] = kind;
  uint64_t numbers[5] = {inode, offset, path_length, other_length, length};
  memcpy(head + 1, numbers, sizeof numbers);
  write_all(head, sizeof head);
  if (path_length > 0) write_all(path, path_length);
  if (other_length > 0) write_all(other, other_length);
}

static void note_vector(int kind, uint64_t inode, uint64_t offset, const struct iovec *parts, int count, size_t length) {
  note_head(kind, inode, offset, NULL, NULL, length);
  for (int at = 0; at < count && length > 0; at++) {
    size_t taken = parts[at].iov_len < length ? parts[at].iov_len : length;
    write_all(parts[at].iov_base, taken);
    length -= taken;
  }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ONE_AT_A_TIME(result) \
  int error_ = errno; \
  pthread_mutex_unlock(&one_at_a_time); \
  errno = error_; \
  return result

static int opened(int directory, const char *path, int flags, mode_t mode) {
  if (!is_below(path)) return syscall(SYS_openat, directory, path, flags, mode);
  pthread_mutex_lock(&one_at_a_time);
  struct stat before;
  int was_there = stat(path, &before) == 0;
  int fd = syscall(SYS_openat, directory, path, flags, mode);
  if (fd >= 0 && (flags & O_CREAT) && !was_there) note_head(CREATED, inode_of(fd), 0, path, NULL, 0);
  if (fd >= 0 && (flags & O_TRUNC) && was_there) note_head(CUT, inode_of(fd), 0, NULL, NULL, 0);
  ONE_AT_A_TIME(fd);
}

#define MODE_OF(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int directory, const char *path, int flags, ...) { MODE_OF(flags) return opened(directory, path, flags, mode); }
int openat64(int directory, const char *path, int flags, ...) { MODE_OF(flags) return opened(directory, path, flags | O_LARGEFILE, mode); }

static ssize_t written_at(int fd, const struct iovec *parts, int count, off_t offset) {
  if (fd == 1 && recording >= 0) {
    pthread_mutex_lock(&one_at_a_time);
    ssize_t told = syscall(SYS_writev, fd, parts, count);
    if (told > 0) note_vector(TOLD, 0, 0, parts, count, told);
    ONE_AT_A_TIME(told);
  }
  int recorded = is_recorded(fd);
  if (recorded) pthread_mutex_lock(&one_at_a_time);
  off_t at = offset < 0 && recorded ? lseek(fd, 0, SEEK_CUR) : offset;
  ssize_t written = offset < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, offset, 0);
  if (!recorded) return written;
  if (written > 0) note_vector(WRITTEN, inode_of(fd), at, parts, count, written);
  ONE_AT_A_TIME(written);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  struct iovec part = {(void *)bytes, length};
  return written_at(fd, &part, 1, -1);
}
ssize_t writev(int fd, const struct iovec *parts, int count) { return written_at(fd, parts, count, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  struct iovec part = {(void *)bytes, length};
  return written_at(fd, &part, 1, offset);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return pwrite(fd, bytes, length, offset); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return written_at(fd, parts, count, offset); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) { return written_at(fd, parts, count, offset); }

int ftruncate(int fd, off_t length) {
  if (!is_recorded(fd)) return syscall(SYS_ftruncate, fd, length);
  pthread_mutex_lock(&one_at_a_time);
  int result = syscall(SYS_ftruncate, fd, length);
  if (result == 0) note_head(CUT, inode_of(fd), length, NULL, NULL, 0);
  ONE_AT_A_TIME(result);
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

static int synced(int fd, long call) {
  if (!is_recorded(fd)) return syscall(call, fd);
  pthread_mutex_lock(&one_at_a_time);
  // What a sync costs is not the question: only what stands before it is.
  note_head(SYNCED, inode_of(fd), 0, NULL, NULL, 0);
  ONE_AT_A_TIME(0);
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

int rename(const char *from, const char *to) {
  if (!is_below(from)) return REAL(rename)(from, to);
  pthread_mutex_lock(&one_at_a_time);
  int result = REAL(rename)(from, to);
  if (result == 0) note_head(RENAMED, 0, 0, from, to, 0);
  ONE_AT_A_TIME(result);
}
int unlink(const char *path) {
  if (!is_below(path)) return REAL(unlink)(path);
  pthread_mutex_lock(&one_at_a_time);
  int result = REAL(unlink)(path);
  if (result == 0) note_head(UNLINKED, 0, 0, path, NULL, 0);
  ONE_AT_A_TIME(result);
}
int mkdir(const char *path, mode_t mode) {
  if (!is_below(path)) return REAL(mkdir)(path, mode);
  pthread_mutex_lock(&one_at_a_time);
  int result = REAL(mkdir)(path, mode);
  struct stat facts;
  if (result == 0 && stat(path, &facts) == 0) note_head(CREATED, facts.st_ino, 1, path, NULL, 0);
  ONE_AT_A_TIME(result);
}
