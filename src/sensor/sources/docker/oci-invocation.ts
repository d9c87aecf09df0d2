import { posix } from 'node:path'

/** What an OCI runtime was told to do with a container. */
type RuntimeVerb = 'create' | 'run' | 'restore' | 'exec'

/** A start of an OCI runtime that makes a container or puts a program into one. */
export interface RuntimeInvocation {
  readonly verb: RuntimeVerb
  /** Known by its name, not only by the shape of its arguments. */
  readonly known: boolean
  /** Base name of the runtime. */
  readonly runtime: string
  readonly containerId: string | undefined
  /** Folder of the OCI file, absolute; of no meaning for `exec`. */
  readonly bundle: string
  /** Name of the OCI file, absolute: configuration, or process of an `exec`; undefined for an exec by arguments. */
  readonly file: string | undefined
  /** Program and capabilities of an `exec` by arguments. */
  readonly command: readonly string[]
  readonly capabilities: readonly string[]
}

const runtimes =
  /^(?:runc|crun|youki|runsc|kata-runtime|kata-fc|kata-qemu|sysbox-runc|docker-runc|railcar|nvidia-container-runtime)(?:[-.:_].*)?$/

const verbs: ReadonlySet<string> = new Set(['create', 'run', 'restore', 'exec'])

// Verbs that end the search: what follows them is not ours.
const otherVerbs: ReadonlySet<string> = new Set(
  'checkpoint delete events features init kill list pause ps resume spec start state update wait'.split(
    ' ',
  ),
)

// Options of runc, crun, youki and runsc that take the next argument as their value.
const valued: ReadonlySet<string> = new Set(
  (
    '--root --log --log-format --log-level --criu --rootless --cgroup-manager --debug-log --platform --network ' +
    '-r -l --bundle -b --config -f --console-socket --pid-file --pidfile --preserve-fds --image-path ' +
    '--work-path --parent-path --manage-cgroups-mode --lsm-profile --lsm-mount-context --process -p --cwd ' +
    '--env -e --user -u --additional-gids -g --process-label --apparmor --cap -c --cgroup ' +
    '--internal-pid-file --userlog --handler'
  ).split(' '),
)

/**
 * Whether a program start is an OCI runtime that makes a container (`create`, `run`, `restore`) or puts a
 * program into one (`exec`), and where its OCI file is. A runtime is known by its name; one by another name
 * by arguments that name a bundle or a process file. Cheap for everything else.
 */
export function runtimeInvocation(start: {
  readonly executable: string
  readonly filename: string
  readonly args: readonly string[]
  readonly workingDirectory: string
}): RuntimeInvocation | undefined {
  const { args, workingDirectory } = start
  const verbAt = verbIndex(args)
  if (verbAt < 0) return undefined
  const verb = verbOf(args[verbAt] ?? '')
  if (verb === undefined) return undefined
  const names = [start.executable, start.filename, args[0] ?? ''].map((path) =>
    posix.basename(path.replace(/ \(deleted\)$/, '').replace(/^memfd:/, '')),
  )
  const knownName = names.find((name) => runtimes.test(name))
  const { options, positionals } = readArguments(args.slice(verbAt + 1), verb)
  const bundle = options.get('--bundle') ?? options.get('-b')
  const processFile = options.get('--process') ?? options.get('-p')
  if (knownName === undefined && (verb === 'exec' ? processFile : bundle) === undefined) {
    return undefined
  }
  const folder = posix.resolve(workingDirectory, bundle ?? '')
  const config = options.get('--config') ?? options.get('-f') ?? 'config.json'
  const file = verb === 'exec' ? processFile : posix.resolve(folder, config)
  return {
    verb,
    known: knownName !== undefined,
    runtime: knownName ?? names[0] ?? '',
    containerId: verb === 'exec' ? positionals[0] : positionals.at(-1),
    bundle: folder,
    file: file === undefined ? undefined : posix.resolve(workingDirectory, file),
    command: verb === 'exec' ? positionals.slice(1) : [],
    capabilities: (options.get('--cap') ?? options.get('-c') ?? '').split(',').filter(Boolean),
  }
}

function verbOf(text: string): RuntimeVerb | undefined {
  return text === 'create' || text === 'run' || text === 'restore' || text === 'exec'
    ? text
    : undefined
}

// A runtime's global options stand before the verb; nobody writes more than this many.
const maxBeforeVerb = 40

function verbIndex(args: readonly string[]): number {
  const end = Math.min(args.length, maxBeforeVerb)
  for (let at = 1; at < end; at++) {
    const text = args[at] ?? ''
    if (text.startsWith('-')) {
      if (valued.has(text)) at++
      continue
    }
    if (verbs.has(text)) return at
    if (otherVerbs.has(text)) return -1
  }
  return -1
}

function readArguments(
  args: readonly string[],
  verb: RuntimeVerb,
): { readonly options: ReadonlyMap<string, string>; readonly positionals: readonly string[] } {
  const options = new Map<string, string>()
  const positionals: string[] = []
  const add = (name: string, value: string) => {
    const before = name === '--cap' || name === '-c' ? options.get(name) : undefined
    options.set(name, before === undefined ? value : `${before},${value}`)
  }
  for (let at = 0; at < args.length; at++) {
    const text = args[at] ?? ''
    // Everything after the container of an exec is the program's own.
    const ended = verb === 'exec' && positionals.length > 0
    if (ended || !text.startsWith('-') || text === '-') {
      positionals.push(text)
      continue
    }
    const equals = text.indexOf('=')
    const name = doubleDashed(equals < 0 ? text : text.slice(0, equals))
    if (equals >= 0) add(name, text.slice(equals + 1))
    else if (valued.has(name)) add(name, args[++at] ?? '')
    else if (text !== '--') options.set(name, '')
  }
  return { options, positionals }
}

/** Programs in Go take long options with one dash too. */
function doubleDashed(option: string): string {
  return option.startsWith('--') || option.length === 2 ? option : `-${option}`
}
