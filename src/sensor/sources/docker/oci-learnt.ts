import { canonicalJson, type JsonValue } from '#base'
import type { ContainerEvent } from '../../event-types/container/container-document.ts'
import type {
  ContainerIdentity,
  ContainerSecurity,
} from '../../event-types/container/container-security.ts'
import type { ContainerMemory } from './container-memory.ts'
import { valueAt } from './json-path.ts'
import {
  ociCapabilitiesOf,
  ociCommandOf,
  ociIdentityOf,
  ociSecurityOf,
  type OciContext,
} from './oci-facts.ts'
import type { RuntimeInvocation } from './oci-invocation.ts'
import { isFull } from './privileged.ts'

/** What OCI files are read with. */
export interface LearnOptions {
  readonly memory: ContainerMemory
  readonly context: OciContext
}

/** A runtime start and how far it is believed. */
export interface RuntimeStart extends RuntimeInvocation {
  /** Started by root of the host. Anybody may call a program `runc` and give it the id of somebody else's container. */
  readonly byRoot: boolean
}

/** What a runtime start taught. */
export interface Learnt {
  readonly event: Partial<ContainerEvent>
  /** Equal for equal facts. */
  readonly facts: string
}

/** Learns from what a runtime was given: a configuration, or the process of an exec. */
export function learnFromFile(
  file: JsonValue,
  invocation: RuntimeStart,
  options: LearnOptions,
): Learnt {
  if (invocation.verb === 'exec') return learnFromProcess(file, invocation, options)
  const { memory, context } = options
  const identity: ContainerIdentity = {
    ...ociIdentityOf(file, invocation.bundle),
    ociRuntime: invocation.runtime,
  }
  const security = ociSecurityOf(file, context)
  const id = believedId(invocation, memory)
  // The engine's word of names is better than annotations.
  const known = id === undefined ? undefined : memory.identityOf(id)
  if (id !== undefined && known === undefined) memory.learn(id, identity)
  return {
    facts: factsText({ security: { ...security } }),
    event: {
      identity: { ...identity, ...known, ociRuntime: invocation.runtime },
      security: id === undefined ? security : memory.settle(id, security),
      command: ociCommandOf(valueAt(file, 'process')),
    },
  }
}

/** The container that the start is believed about: a stranger's word counts only for containers that no engine knows. */
function believedId(
  { containerId, byRoot }: RuntimeStart,
  memory: ContainerMemory,
): string | undefined {
  if (containerId === undefined) return undefined
  return byRoot || memory.viewOf(containerId) === undefined ? containerId : undefined
}

function learnFromProcess(
  process: JsonValue,
  invocation: RuntimeStart,
  { memory, context }: LearnOptions,
): Learnt {
  const capabilities = ociCapabilitiesOf(process)
  const command = ociCommandOf(process)
  return {
    facts: factsText({ capabilities, command: command.command ?? [] }),
    event: execEvent({ capabilities, invocation, memory, context, command }),
  }
}

/** Learns from the arguments of an exec that names no file. */
export function learnFromArguments(
  invocation: RuntimeStart,
  { memory, context }: LearnOptions,
): Learnt {
  const { capabilities, command } = invocation
  return {
    facts: factsText({ capabilities, command }),
    // What --cap adds to is not seen, so nothing is said where it adds nothing.
    event: execEvent({
      capabilities: capabilities.length > 0 ? capabilities : undefined,
      invocation,
      memory,
      context,
      command: { command },
    }),
  }
}

function execEvent({
  capabilities,
  invocation,
  memory,
  context,
  command,
}: {
  readonly capabilities: readonly string[] | undefined
  readonly invocation: RuntimeStart
  readonly memory: ContainerMemory
  readonly context: OciContext
  readonly command: ContainerEvent['command']
}): Partial<ContainerEvent> {
  const id = believedId(invocation, memory) ?? ''
  const privileged = memory.isPrivileged(id)
  const all = capabilities && isFull(capabilities, context.fullCapabilities)
  const security: ContainerSecurity = { capabilities, allCapabilities: all, privileged }
  return {
    identity: { ...memory.identityOf(id), ociRuntime: invocation.runtime },
    security,
    command,
    // In a privileged container every program has all capabilities; only the engine knows what was asked.
    exec: { privileged: all === true && privileged === true ? undefined : all },
  }
}

function factsText(facts: object): string {
  return canonicalJson(JSON.parse(JSON.stringify(facts)) as JsonValue)
}
