import { uuidOf, type JsonValue } from '#base'
import type {
  ContainerAction,
  ContainerEvent,
} from '../../event-types/container/container-document.ts'
import type { EngineDeed, EngineEvent } from './engine-event.ts'
import { engineInspect, type InspectOptions } from './engine-inspect.ts'
import { parseImageReference } from './image-reference.ts'
import { execOf, type EngineFacts } from './inspect-facts.ts'

/** What looking closer at an engine's containers needs. */
export interface LookOptions extends InspectOptions {
  readonly emit: (event: ContainerEvent) => void
}

/** Looks closer at what an engine reports. */
export interface EngineLook {
  /** Inspects what an event speaks of and emits it; never rejects. */
  at(event: EngineEvent, options?: { readonly caughtUp?: boolean | undefined }): Promise<void>
  /** Emits an event without inspecting, with the reason. */
  without(event: EngineEvent, reason: string): void
  /** Learns a container's facts without telling them; gives the answer, or undefined where there is none. */
  learn(containerId: string): Promise<JsonValue | undefined>
}

const actions: { readonly [deed in Exclude<EngineDeed, 'destroy'>]: ContainerAction } = {
  create: 'container-created',
  start: 'container-started',
  exec_create: 'container-exec',
  exec_start: 'container-exec',
  die: 'container-stopped',
}

const types: {
  readonly [deed in Exclude<EngineDeed, 'destroy'>]: ContainerEvent['type']
} = {
  create: 'creation',
  start: 'start',
  exec_create: 'creation',
  exec_start: 'start',
  die: 'info',
}

/** An {@link EngineLook} at one engine. */
export function engineLook(options: LookOptions): EngineLook {
  const { engine, memory, counters, emit } = options
  const inspect = engineInspect(options)

  const tell = (event: EngineEvent, more: Partial<ContainerEvent> = {}) => {
    if (event.deed === 'destroy') return
    const known = memory.viewOf(event.containerId)
    emit({
      id: uuidOf('engine', event.containerId, event.deed, event.execId ?? '', `${event.atNs}`),
      action: actions[event.deed],
      type: types[event.deed],
      source: 'engine',
      atNs: event.atNs,
      containerId: event.containerId,
      identity: { ...nameOf(event, engine), ...memory.identityOf(event.containerId) },
      security: memory.settle(event.containerId, known?.security ?? {}),
      command: known?.command,
      engineSocket: engine.socket,
      ...more,
    })
  }

  const vanish = (event: EngineEvent, what: string, more: Partial<ContainerEvent> = {}) => {
    counters.vanished++
    tell(event, {
      action: 'container-vanished',
      type: 'info',
      error: `${what} was gone before it could be inspected`,
      ...more,
    })
  }

  const lookAtContainer = async (event: EngineEvent, caughtUp: boolean | undefined) => {
    const answer = await inspect.container(event.containerId)
    // A short life may end before its start is looked at; what was seen at its creation still holds.
    const known = answer.kind === 'found' || memory.viewOf(event.containerId) !== undefined
    if (answer.kind === 'failed') tell(event, { error: answer.why, caughtUp })
    else if (known) tell(event, { caughtUp })
    else vanish(event, 'the container')
  }

  const lookAtExec = async (event: EngineEvent) => {
    const { execId } = event
    const command = event.command === undefined ? undefined : { command: [event.command] }
    if (execId === undefined) {
      tell(event, { command, error: 'the engine does not say which exec' })
      return
    }
    const known = memory.viewOf(event.containerId) !== undefined
    const [answer] = await Promise.all([
      inspect.exec(execId),
      known ? undefined : inspect.container(event.containerId),
    ])
    if (answer.kind === 'missing') vanish(event, 'the exec', { command, exec: { id: execId } })
    else if (answer.kind === 'failed') {
      tell(event, { command, exec: { id: execId }, error: answer.why })
    } else {
      const exec = execOf(answer.body)
      tell(event, { command: exec.command, exec: { id: execId, privileged: exec.privileged } })
    }
  }

  return {
    async at(event, { caughtUp } = {}) {
      if (event.deed === 'create' || event.deed === 'start') await lookAtContainer(event, caughtUp)
      else if (event.deed === 'die') tell(event, { exitCode: event.exitCode, command: undefined })
      else if (event.deed !== 'destroy') await lookAtExec(event)
    },
    without(event, reason) {
      counters.uninspected++
      const isExec = event.deed === 'exec_create' || event.deed === 'exec_start'
      tell(event, {
        error: reason,
        ...(isExec ? { exec: { id: event.execId }, command: undefined } : {}),
      })
    },
    async learn(containerId) {
      const answer = await inspect.container(containerId)
      return answer.kind === 'found' ? answer.body : undefined
    },
  }
}

/** What the event itself says of names. */
function nameOf({ name, image }: EngineEvent, engine: EngineFacts) {
  const reference = image === undefined ? undefined : parseImageReference(image)
  return {
    name,
    imageName: reference?.name,
    imageTags: reference?.tags,
    engine: engine.name,
  }
}
