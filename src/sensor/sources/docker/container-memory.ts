import type { ContainerFacts } from '../../container-facts.ts'
import type {
  ContainerCommand,
  ContainerIdentity,
  ContainerSecurity,
} from '../../event-types/container/container-security.ts'
import { boundedMap } from './bounded-map.ts'

/** What an engine said of a container when it was last inspected. */
interface EngineView {
  readonly security: ContainerSecurity
  readonly command: ContainerCommand
}

/** What was learnt of containers so far: bounded, the longest unused is forgotten. */
export interface ContainerMemory {
  identityOf(containerId: string): ContainerIdentity | undefined
  /** Adds what was learnt; a fact once known stays when the next source does not know it. */
  learn(containerId: string, identity: ContainerIdentity): void
  /**
   * Remembers whether a container is privileged and says what is known now: once either source has said
   * yes, it is yes, so that the documents of one container do not contradict each other.
   */
  settle(containerId: string, security: ContainerSecurity): ContainerSecurity
  /** Keeps what an engine said, for events that come when the container is gone. */
  remember(containerId: string, view: EngineView): void
  viewOf(containerId: string): EngineView | undefined
  isPrivileged(containerId: string): boolean | undefined
  factsOf(containerId: string): (ContainerFacts & Labelled) | undefined
  readonly size: number
}

interface Labelled {
  readonly labels?: { readonly [name: string]: string }
}

const defaultCapacity = 10_000

/** An empty {@link ContainerMemory}. */
export function containerMemory(capacity = defaultCapacity): ContainerMemory {
  const identities = boundedMap<ContainerIdentity>(capacity)
  const privileged = boundedMap<boolean>(capacity)
  const views = boundedMap<EngineView>(capacity)
  const settle = (id: string, security: ContainerSecurity): ContainerSecurity => {
    const before = privileged.get(id)
    const now = before === true ? true : (security.privileged ?? before)
    if (now !== undefined) privileged.set(id, now)
    return { ...security, privileged: now }
  }
  return {
    identityOf: (id) => identities.get(id),
    learn(id, identity) {
      identities.set(id, { ...identities.get(id), ...definedOf(identity) })
    },
    settle,
    remember(id, view) {
      views.set(id, view)
      settle(id, view.security)
    },
    viewOf: (id) => views.get(id),
    isPrivileged: (id) => privileged.get(id),
    factsOf(id) {
      const identity = identities.get(id)
      const isPrivileged = privileged.get(id)
      if (identity === undefined && isPrivileged === undefined) return undefined
      const { name, imageName, imageTags, imageHashes, labels } = identity ?? {}
      const imageTag = imageTags?.[0]
      return {
        ...(name === undefined ? {} : { name }),
        ...(imageName === undefined ? {} : { imageName }),
        ...(imageTag === undefined ? {} : { imageTag }),
        ...(imageHashes === undefined ? {} : { imageDigests: imageHashes }),
        ...(labels === undefined ? {} : { labels }),
        ...(isPrivileged === undefined ? {} : { privileged: isPrivileged }),
      }
    },
    get size() {
      return identities.size
    },
  }
}

function definedOf(identity: ContainerIdentity): ContainerIdentity {
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined))
}
