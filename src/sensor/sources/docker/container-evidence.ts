import { messageOf, type JsonObject, type JsonValue } from '#base'
import { engineClient, type EngineReader } from './engine-client.ts'
import { evidenceFacts } from './evidence-facts.ts'
import { withoutSecrets } from './evidence-secrets.ts'
import { defaultEngineSockets } from './container-source.ts'
import { engineFactsOf } from './inspect-facts.ts'
import { logText } from './log-text.ts'

/** What is kept of a container, in the order in which it is asked for. */
export const evidencePartNames = ['inspect', 'top', 'logs', 'changes', 'engine'] as const

/** One answer of the engine, as text; or why there is none. */
export interface EvidencePart {
  readonly name: (typeof evidencePartNames)[number]
  /** When the answer came, epoch milliseconds. */
  readonly atMs: number
  /** JSON, of the logs plain lines; empty where there is an error. */
  readonly text: string
  /** There was more than is kept. */
  readonly isCut: boolean
  readonly error?: string
}

/** What an engine said of a container at one moment. */
export interface ContainerEvidence {
  readonly containerId: string
  readonly socket: string
  /** What a person wants to know first, from `inspect`; empty where that failed. */
  readonly facts: JsonObject
  readonly parts: readonly EvidencePart[]
}

/** Bytes kept of each part. */
const maxPartBytes = 256 * 1024
const logLines = 200

/**
 * Asks the engines of this host what they know of a container: `inspect`, `top`, the last 200 lines of its log, changed
 * files, the engine's version. Reads only. Undefined where no engine knows it; a part that fails says why.
 * Values of variables and arguments that look like secrets are taken out.
 */
export async function gatherEvidence(
  containerId: string,
  {
    sockets = defaultEngineSockets,
    nowMs,
  }: { readonly sockets?: readonly string[] | undefined; readonly nowMs: () => number },
): Promise<ContainerEvidence | undefined> {
  if (!/^[0-9a-f]{12,64}$/.test(containerId)) return undefined
  for (const socket of sockets) {
    const client = engineClient(socket)
    try {
      const inspected = await client.get(`/containers/${containerId}/json`)
      if (inspected.kind === 'missing') continue
      return await gathered({ client, socket, containerId, inspected: inspected.body, nowMs })
    } catch {
      // An engine that is not there, or does not answer, knows nothing: another may.
    } finally {
      client.close()
    }
  }
  return undefined
}

async function gathered({
  client,
  socket,
  containerId,
  inspected,
  nowMs,
}: {
  readonly client: EngineReader
  readonly socket: string
  readonly containerId: string
  readonly inspected: JsonValue
  readonly nowMs: () => number
}): Promise<ContainerEvidence> {
  const part = async (
    name: EvidencePart['name'],
    ask: () => Promise<Pick<EvidencePart, 'text' | 'isCut'>>,
  ): Promise<EvidencePart> => {
    try {
      const answer = await ask()
      return { name, atMs: nowMs(), ...answer }
    } catch (thrown) {
      const error = messageOf(thrown).slice(0, 500)
      return { name, atMs: nowMs(), text: '', isCut: false, error }
    }
  }
  const json = async (path: string) => {
    const answer = await client.get(path)
    if (answer.kind === 'missing') throw new Error('the container is gone')
    return cutText(JSON.stringify(answer.body, undefined, 2))
  }
  const parts = await Promise.all([
    part('inspect', async () => cutText(JSON.stringify(withoutSecrets(inspected), undefined, 2))),
    part('top', () => json(`/containers/${containerId}/top`)),
    part('logs', async () => {
      const query = `stdout=1&stderr=1&timestamps=1&tail=${logLines}`
      const path = `/containers/${containerId}/logs?${query}`
      const found = await client.getBytes(path, maxPartBytes)
      if (found === undefined) throw new Error('the container is gone')
      return { text: logText(found.bytes), isCut: found.isCut }
    }),
    part('changes', () => json(`/containers/${containerId}/changes`)),
    part('engine', () => json('/version')),
  ])
  const [version, info] = await Promise.all([
    client.get('/version').catch(() => undefined),
    client.get('/info').catch(() => undefined),
  ])
  const engine = engineFactsOf(bodyOf(version), bodyOf(info), { socket })
  return { containerId, socket, facts: evidenceFacts(inspected, engine), parts }
}

function bodyOf(answer: Awaited<ReturnType<EngineReader['get']>> | undefined): JsonValue {
  return answer?.kind === 'found' ? answer.body : null
}

function cutText(text: string): Pick<EvidencePart, 'text' | 'isCut'> {
  const isCut = Buffer.byteLength(text) > maxPartBytes
  // A character takes at most four bytes: what is kept of a long text is well within the limit.
  return {
    text: isCut ? Buffer.from(text).subarray(0, maxPartBytes).toString('utf8') : text,
    isCut,
  }
}
