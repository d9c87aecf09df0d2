/** Arguments of container clients and shells that give a program more than it should have, and what that is. */
const risky: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /^--privileged(=true)?$/, why: 'all capabilities, all devices, no seccomp' },
  { pattern: /^--pid=host$/, why: 'sees and signals the processes of the host' },
  { pattern: /^--(net|network)=host$/, why: 'uses the network of the host' },
  { pattern: /^--ipc=host$/, why: 'shares memory with the processes of the host' },
  { pattern: /^--uts=host$/, why: 'may rename the host' },
  { pattern: /^--userns=host$/, why: 'root in the container is root on the host' },
  { pattern: /^--cgroupns=host$/, why: 'sees the control groups of the host' },
  { pattern: /^--cap-add(=.*)?$/, why: 'adds capabilities' },
  { pattern: /^--device(=.*)?$/, why: 'reaches a device of the host' },
  { pattern: /seccomp=unconfined/, why: 'no filter on system calls' },
  { pattern: /apparmor=unconfined/, why: 'no AppArmor profile' },
  { pattern: /label=disable/, why: 'no SELinux label' },
  { pattern: /^(--volume=|-v=?)?\/:\//, why: 'the root of the host is mounted' },
  { pattern: /(source|src)=\/,/, why: 'the root of the host is mounted' },
  { pattern: /\/(docker|containerd|crio|podman)\.sock\b/, why: 'commands the container engine' },
  { pattern: /\/proc\/1\/(root|ns)\b/, why: 'reaches the root of the host' },
  { pattern: /\bnsenter\b/, why: 'enters the namespaces of another process' },
  { pattern: /^chroot$|\bchroot \//, why: 'takes another directory for the root' },
  { pattern: /\/etc\/shadow\b/, why: 'the hashes of passwords' },
  { pattern: /\/dev\/tcp\//, why: 'a connection made by the shell itself' },
  { pattern: /\b(curl|wget)\b.*\|\s*(ba|da|z|k)?sh\b/, why: 'runs what it downloads' },
  { pattern: /\bbase64\s+(-d|--decode|-D)\b/, why: 'decodes what is hidden' },
]

/** An argument longer than this is looked at up to here. */
const maxLength = 4_096

/** Why an argument is risky; undefined for one that is not known to be. */
export function riskOf(argument: string): string | undefined {
  const text = argument.slice(0, maxLength)
  return risky.find(({ pattern }) => pattern.test(text))?.why
}
