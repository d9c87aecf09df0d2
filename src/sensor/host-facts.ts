import { readFileSync } from 'node:fs'
import { arch, hostname, networkInterfaces, release, version } from 'node:os'
import type { JsonObject } from '#base'
import { objectOf } from './object-of.ts'

/** What every document says about the host that it came from. */
export interface HostFacts {
  /** The machine id, or the host name where there is none. */
  readonly id: string
  readonly hostname: string
  readonly bootId: string
  /** The ECS `host` object. */
  readonly document: JsonObject
}

/** Where facts are read; another root serves tests. */
export interface HostPaths {
  readonly etc?: string
  readonly proc?: string
}

/** Reads the host's identity, operating system and addresses; what cannot be read is left out. */
export function readHostFacts({ etc = '/etc', proc = '/proc' }: HostPaths = {}): HostFacts {
  const name = hostname()
  const machineId = textOf(`${etc}/machine-id`)
  const bootId = textOf(`${proc}/sys/kernel/random/boot_id`) ?? ''
  const id = machineId ?? name
  const os = parseOsRelease(textOf(`${etc}/os-release`) ?? '')
  const document = objectOf({
    id,
    hostname: name,
    name,
    architecture: architectureOf(arch()),
    boot: objectOf({ id: bootId || undefined }),
    ...addresses(),
    os: objectOf({
      type: 'linux',
      family: familyOf(os),
      platform: os.get('ID'),
      name: os.get('NAME'),
      version: os.get('VERSION_ID'),
      full: os.get('PRETTY_NAME'),
      kernel: `${release()} ${version()}`,
      Ext: objectOf({ variant: os.get('NAME')?.split(' ')[0] }),
    }),
  })
  return { id, hostname: name, bootId, document }
}

/** The assignments of an os-release file, quotes taken off. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^([A-Z_0-9]+)=(?:"(.*)"|'(.*)'|(.*))$/.exec(line.trim())
    const value = match?.[2] ?? match?.[3] ?? match?.[4]
    if (match?.[1] !== undefined && value) facts.set(match[1], value.replace(/\\(["$`\\])/g, '$1'))
  }
  return facts
}

const families: readonly (readonly [string, readonly string[]])[] = [
  ['debian', ['debian', 'ubuntu']],
  ['redhat', ['rhel', 'fedora', 'centos', 'rocky', 'almalinux', 'amzn', 'ol']],
  ['suse', ['suse', 'sles', 'opensuse']],
  ['alpine', ['alpine']],
  ['arch', ['arch']],
]

function familyOf(os: ReadonlyMap<string, string>): string | undefined {
  const ids = [os.get('ID') ?? '', ...(os.get('ID_LIKE') ?? '').split(' ')]
  for (const [family, members] of families) {
    if (ids.some((id) => members.some((member) => id.startsWith(member)))) return family
  }
  return os.get('ID')
}

function architectureOf(nodeArch: string): string {
  return nodeArch === 'x64' ? 'x86_64' : nodeArch === 'arm64' ? 'aarch64' : nodeArch
}

function addresses(): { readonly ip: readonly string[]; readonly mac: readonly string[] } {
  const ip: string[] = []
  const mac = new Set<string>()
  for (const found of Object.values(networkInterfaces())) {
    for (const { address, mac: hardware, internal } of found ?? []) {
      ip.push(address.replace(/%.*$/, ''))
      if (!internal && hardware !== '00:00:00:00:00:00') {
        mac.add(hardware.toUpperCase().replaceAll(':', '-'))
      }
    }
  }
  return { ip, mac: [...mac] }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    // Not every system has every one of these files; the fact is left out.
    return undefined
  }
}
