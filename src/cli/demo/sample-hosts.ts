import type { JsonObject } from '#base'

/** A host of the sample world. Its addresses are of the ranges that are kept for examples (RFC 5737). */
export interface SampleHost {
  readonly name: string
  readonly id: string
  readonly ip: string
  readonly os: { readonly name: string; readonly version: string; readonly kernel: string }
}

const debian = { name: 'Debian', version: '12', kernel: '6.1.0-28-amd64' }
const ubuntu = { name: 'Ubuntu', version: '24.04', kernel: '6.8.0-49-generic' }

const host = (name: string, last: number, os: SampleHost['os']): SampleHost => ({
  name,
  id: `sample-${name}`,
  ip: `192.0.2.${last}`,
  os,
})

/** Every host of the sample world. */
export const sampleHosts = {
  edge: host('edge-node-07', 17, debian),
  web: host('web-01', 21, debian),
  shop: host('web-02', 22, debian),
  build: host('build-01', 31, ubuntu),
  runner: host('build-02', 32, ubuntu),
  records: host('db-01', 41, debian),
} as const

/** The `host` of its events. */
export function hostObject({ name, id, ip, os }: SampleHost): JsonObject {
  return {
    id,
    name,
    hostname: name,
    architecture: 'x86_64',
    ip: [ip],
    os: {
      type: 'linux',
      family: 'debian',
      platform: os.name.toLowerCase(),
      name: os.name,
      version: os.version,
      kernel: os.kernel,
      full: `${os.name} ${os.version}`,
    },
  }
}
