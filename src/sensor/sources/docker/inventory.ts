import type { Clock, JsonValue } from '#base'
import type { ContainerMemory } from './container-memory.ts'
import type { EngineReader } from './engine-client.ts'
import type { EngineEvent } from './engine-event.ts'
import type { EngineLook } from './engine-look.ts'
import { boundedLabels } from './identity-labels.ts'
import { parseImageReference } from './image-reference.ts'
import type { EngineFacts } from './inspect-facts.ts'
import { listAt, numberAt, textAt, textMembersAt, textsAt } from './json-path.ts'

/** What taking stock of an engine's containers needs. */
export interface InventoryOptions {
  readonly client: EngineReader
  readonly look: EngineLook
  readonly engine: EngineFacts
  readonly memory: ContainerMemory
  readonly clock: Clock
  /** From when on every creation should have been told, epoch nanoseconds. */
  readonly sinceNs: bigint
  readonly isTold: (containerId: string) => boolean
  readonly tell: (event: EngineEvent) => void
  readonly signal: AbortSignal
}

// The replay of kept events comes at once when a stream is opened; what it does not bring in this time it does not hold.
const replayMs = 500
const maxInspected = 2_000

/**
 * Learns the containers that are there already, without telling them; but tells those that were created since
 * `sinceNs` and whose event never came: an engine that was restarted, or kept more than it remembers, has
 * forgotten its events.
 */
export async function takeInventory(options: InventoryOptions): Promise<void> {
  const { client, look, engine, memory, clock, sinceNs, isTold, tell, signal } = options
  const answer = await client.get('/containers/json?all=1')
  const listed = answer.kind === 'found' ? listAt({ listed: answer.body }, 'listed') : []
  for (const each of listed) learnListed(each, memory, engine)
  const running = listed.filter((each) => textAt(each, 'State') === 'running')
  for (const each of running.slice(0, maxInspected)) {
    signal.throwIfAborted()
    const id = textAt(each, 'Id') ?? ''
    if (memory.viewOf(id) === undefined) await look.learn(id)
  }
  await clock.sleep(replayMs, signal)
  const sinceSeconds = Number(sinceNs / 1_000_000_000n)
  const untold = listed.filter((each) => {
    const id = textAt(each, 'Id')
    const recent = (numberAt(each, 'Created') ?? 0) >= sinceSeconds
    return id !== undefined && recent && !isTold(id)
  })
  for (const each of untold) {
    signal.throwIfAborted()
    const event = await creationOf(each, options)
    if (event !== undefined && !isTold(event.containerId)) tell(event)
  }
}

function learnListed(each: JsonValue, memory: ContainerMemory, engine: EngineFacts): void {
  const id = textAt(each, 'Id')
  if (id === undefined || memory.identityOf(id) !== undefined) return
  const image = parseImageReference(textAt(each, 'Image') ?? '')
  const imageId = parseImageReference(textAt(each, 'ImageID') ?? '')
  memory.learn(id, {
    name: textsAt(each, 'Names')[0]?.replace(/^\//, ''),
    imageName: image.name,
    imageTags: image.tags,
    imageHashes: [...imageId.digests, ...image.digests],
    ...boundedLabels(textMembersAt(each, 'Labels')),
    engine: engine.name,
  })
}

/** The creation of a listed container as if its event had come; undefined where it lies before `sinceNs`. */
async function creationOf(
  each: JsonValue,
  { look, sinceNs }: InventoryOptions,
): Promise<EngineEvent | undefined> {
  const containerId = textAt(each, 'Id') ?? ''
  const inspected = await look.learn(containerId)
  const seconds = numberAt(each, 'Created') ?? 0
  const atNs =
    epochNsOf(textAt(inspected, 'Created')) ?? BigInt(Math.trunc(seconds)) * 1_000_000_000n
  if (atNs < sinceNs) return undefined
  return {
    deed: 'create',
    containerId,
    atNs,
    execId: undefined,
    name: textsAt(each, 'Names')[0]?.replace(/^\//, ''),
    image: textAt(each, 'Image'),
    exitCode: undefined,
    command: undefined,
  }
}

/** Epoch nanoseconds of an RFC 3339 date. */
function epochNsOf(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (match === null) return undefined
  const ms = Date.parse(`${match[1]}${match[3]}`)
  if (Number.isNaN(ms)) return undefined
  return BigInt(ms) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'))
}
