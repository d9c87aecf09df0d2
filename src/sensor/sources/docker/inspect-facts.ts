import type { JsonValue } from '#base'
import type {
  ContainerCommand,
  ContainerIdentity,
  SeccompState,
} from '../../event-types/container/container-security.ts'
import { boundedLabels } from './identity-labels.ts'
import { parseImageReference } from './image-reference.ts'
import { flagAt, listAt, textAt, textMembersAt, textsAt, valueAt } from './json-path.ts'

/** What is asked of an engine once per connection: it decides what a container gets that asks for nothing. */
export interface EngineFacts {
  readonly name: string
  readonly version: string | undefined
  /** What containers get that do not say otherwise. */
  readonly seccomp: SeccompState
  /** Containers get a user namespace unless they refuse it. */
  readonly userNamespaces: boolean
  readonly socket: string
}

/** Reads the answers of `/version` and `/info`. */
export function engineFactsOf(
  version: JsonValue,
  info: JsonValue,
  { socket }: { readonly socket: string },
): EngineFacts {
  const components = listAt(version, 'Components').map((each) => textAt(each, 'Name') ?? '')
  const options = textsAt(info, 'SecurityOptions')
  return {
    name: components.some((name) => name.startsWith('Podman')) ? 'podman' : 'docker',
    version: textAt(version, 'Version'),
    seccomp: daemonSeccomp(options),
    userNamespaces: options.some((each) => /^name=(?:userns|rootless)\b/.test(each)),
    socket,
  }
}

function daemonSeccomp(options: readonly string[]): SeccompState {
  const seccomp = options.find((each) => /^name=seccomp\b/.test(each))
  if (seccomp === undefined) return 'none'
  const profile = /profile=([^,]+)/.exec(seccomp)?.[1]
  if (profile === 'unconfined') return 'unconfined'
  return profile === undefined || profile === 'default' || profile === 'builtin'
    ? 'default'
    : 'profile'
}

/** Who a container is, from the answer of `/containers/<id>/json`. */
export function identityOf(inspected: JsonValue, engine: EngineFacts): ContainerIdentity {
  const reference = textAt(inspected, 'Config', 'Image') ?? textAt(inspected, 'ImageName') ?? ''
  const image = parseImageReference(reference)
  const imageId = textAt(inspected, 'Image')
  const hashes = [
    ...(imageId === undefined ? [] : parseImageReference(imageId).digests),
    ...image.digests,
  ]
  return {
    name: textAt(inspected, 'Name')?.replace(/^\//, ''),
    imageName: image.name,
    imageTags: image.tags,
    imageHashes: [...new Set(hashes)],
    ...boundedLabels(textMembersAt(inspected, 'Config', 'Labels')),
    engine: engine.name,
    ociRuntime: textAt(inspected, 'HostConfig', 'Runtime') ?? textAt(inspected, 'OCIRuntime'),
  }
}

/** What a container runs, from the answer of `/containers/<id>/json`. */
export function commandOf(inspected: JsonValue): ContainerCommand {
  const path = textAt(inspected, 'Path')
  return {
    entrypoint: textsAt(inspected, 'Config', 'Entrypoint'),
    command: [...(path === undefined ? [] : [path]), ...textsAt(inspected, 'Args')],
    user: textAt(inspected, 'Config', 'User'),
    workingDirectory: textAt(inspected, 'Config', 'WorkingDir'),
  }
}

/** What an exec is, from the answer of `/exec/<id>/json`. */
export function execOf(inspected: JsonValue): {
  readonly privileged: boolean | undefined
  readonly command: ContainerCommand
} {
  const asked = valueAt(inspected, 'ProcessConfig')
  return {
    privileged: flagAt(asked, 'privileged'),
    command: {
      command: [...textsAt(asked, 'entrypoint'), ...textsAt(asked, 'arguments')],
      user: textAt(asked, 'user'),
    },
  }
}
