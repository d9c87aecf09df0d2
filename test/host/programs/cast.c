/* The actors of the host tests that no shell can play. First argument: which one. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

/* storm COUNT RATE PROGRAM: starts the program so often, at most so often in a second (0: as fast as it goes). */
static int storm(char **argv)
{
  int count = atoi(argv[2]);
  double rate = atof(argv[3]), begin = seconds();
  char *args[] = {argv[4], "storm", NULL}, *env[] = {"STORM=yes", NULL};
  for (int i = 0; i < count; i++) {
    pid_t child = vfork();
    if (child == 0) {
      execve(argv[4], args, env);
      _exit(127);
    }
    waitpid(child, NULL, 0);
    double early = rate > 0 ? begin + (i + 1) / rate - seconds() : 0;
    if (early > 0)
      usleep(early * 1e6);
  }
  return 0;
}

static void *exec_here(void *argv)
{
  execve("/bin/true", argv, environ);
  return NULL;
}

/* thread MARK: runs /bin/true from a second thread. */
static int thread(char **argv)
{
  pthread_t second;
  static char *args[] = {"/bin/true", NULL, NULL};
  args[1] = argv[2];
  pthread_create(&second, NULL, exec_here, args);
  pthread_join(second, NULL);
  return 1;
}

static void *leave(void *nothing)
{
  return nothing;
}

/* threads MARK: starts threads that end, then ends itself with status 5. */
static int threads(void)
{
  pthread_t all[8];
  for (int i = 0; i < 8; i++)
    pthread_create(&all[i], NULL, leave, NULL);
  for (int i = 0; i < 8; i++)
    pthread_join(all[i], NULL);
  return 5;
}

/* memfd MARK: runs /bin/true out of memory. */
static int from_memory(char **argv)
{
  int from = open("/bin/true", O_RDONLY), to = memfd_create("evil", MFD_CLOEXEC);
  struct stat size;
  char *args[] = {"harmless", argv[2], NULL};
  fstat(from, &size);
  if (sendfile(to, from, NULL, size.st_size) != size.st_size)
    return 1;
  fexecve(to, args, environ);
  return 1;
}

/* noargs: runs /bin/true with no argument, not even a name. */
static int without_arguments(char **argv)
{
  char *args[] = {NULL}, mark[256];
  snprintf(mark, sizeof(mark), "MARK=%s", argv[2]);
  char *env[] = {mark, NULL};
  execve("/bin/true", args, env);
  return 1;
}

/* deleted MARK DIRECTORY: runs a copy that is deleted before it runs. */
static int deleted(char **argv)
{
  char *args[] = {"gone", argv[2], NULL}, path[4096], command[9000];
  snprintf(path, sizeof(path), "%s/gone", argv[3]);
  snprintf(command, sizeof(command), "cp /bin/true '%s'", path);
  if (system(command) != 0)
    return 1;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  unlink(path);
  fexecve(file, args, environ);
  return 1;
}

/* detached MARK DIRECTORY: runs /bin/true from a bind mount that is lazily unmounted before. */
static int detached(char **argv)
{
  char *args[] = {"detached", argv[2], NULL}, path[4096];
  snprintf(path, sizeof(path), "%s/mounted", argv[3]);
  close(open(path, O_CREAT | O_WRONLY, 0700));
  if (mount("/bin/true", path, NULL, MS_BIND, NULL) != 0)
    return 1;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  umount2(path, MNT_DETACH);
  fexecve(file, args, environ);
  return 1;
}

/* deep MARK DIRECTORY LEVELS: runs /bin/true in a directory so deep. */
static int deep(char **argv)
{
  char *args[] = {"/bin/true", argv[2], NULL};
  if (chdir(argv[3]) != 0)
    return 1;
  for (int i = 0; i < atoi(argv[4]); i++)
    if (mkdir("level", 0700) != 0 || chdir("level") != 0)
      return 1;
  execve("/bin/true", args, environ);
  return 1;
}

/* big MARK BYTES: runs /bin/true with one argument of so many bytes after the mark. */
static int big(char **argv)
{
  int bytes = atoi(argv[3]);
  char *word = malloc(bytes + 1);
  memset(word, 'x', bytes);
  word[bytes] = 0;
  char *args[] = {"/bin/true", argv[2], word, NULL};
  execve("/bin/true", args, environ);
  return 1;
}

int main(int argc, char **argv)
{
  const char *actor = argc > 1 ? argv[1] : "";
  if (strcmp(actor, "storm") == 0)
    return storm(argv);
  if (strcmp(actor, "thread") == 0)
    return thread(argv);
  if (strcmp(actor, "threads") == 0)
    return threads();
  if (strcmp(actor, "memfd") == 0)
    return from_memory(argv);
  if (strcmp(actor, "noargs") == 0)
    return without_arguments(argv);
  if (strcmp(actor, "deleted") == 0)
    return deleted(argv);
  if (strcmp(actor, "detached") == 0)
    return detached(argv);
  if (strcmp(actor, "deep") == 0)
    return deep(argv);
  if (strcmp(actor, "big") == 0)
    return big(argv);
  return 0;
}
