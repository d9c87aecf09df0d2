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

/** What a runtime start taught. */
export interface Learnt {
  readonly event: Partial<ContainerEvent>
  /** Equal for equal facts. */
  readonly facts: string
}

/** Learns from what a runtime was given: a configuration, or the process of an exec. */
export function learnFromFile(
  file: JsonValue,
  invocation: RuntimeInvocation,
  options: LearnOptions,
): Learnt {
  if (invocation.verb === 'exec') return learnFromProcess(file, invocation, options)
  const { memory, context } = options
  const identity: ContainerIdentity = {
    ...ociIdentityOf(file, invocation.bundle),
    ociRuntime: invocation.runtime,
  }
  const security = ociSecurityOf(file, context)
  const id = invocation.containerId
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

function learnFromProcess(
  process: JsonValue,
  invocation: RuntimeInvocation,
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
  invocation: RuntimeInvocation,
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
  readonly invocation: RuntimeInvocation
  readonly memory: ContainerMemory
  readonly context: OciContext
  readonly command: ContainerEvent['command']
}): Partial<ContainerEvent> {
  const id = invocation.containerId ?? ''
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
