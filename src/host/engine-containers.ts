import { Fault, isJsonObject, messageOf, type JsonValue } from '#base'
import type { Container, CutText } from '#respond'
import { logText, withoutSecrets, type EngineClient } from '#sensor'

type Engines = ReadonlyMap<string, EngineClient>

/** The container that one of these engines knows. Faults: `not-found` where those that answer do not; else why they do not answer. */
export async function containerOf(id: string, engines: Engines): Promise<Container> {
  const silent: string[] = []
  let answered = 0
  for (const [socket, engine] of engines) {
    try {
      const found = await engine.get(`/containers/${id}/json`)
      answered++
      if (found.kind === 'found') return handleOf(found.body, engine)
    } catch (thrown) {
      silent.push(`${socket}: ${messageOf(thrown)}`)
    }
  }
  const short = id.slice(0, 12)
  if (answered > 0) {
    const message = `no engine here knows the container ${short}: it is gone, or never was on this host`
    throw new Fault('not-found', 'host.no-container', message)
  }
  const message = `looking for container ${short}: no engine answers (${silent.join('; ')})`
  throw new Fault('unavailable', 'host.no-engine', message)
}

function handleOf(whole: JsonValue, engine: EngineClient): Container {
  const facts = isJsonObject(whole) ? whole : {}
  const id = String(facts['Id'])
  const at = `/containers/${id}`
  const get = async (path: string): Promise<JsonValue> => {
    const answer = await engine.get(at + path)
    if (answer.kind === 'found') return answer.body
    throw gone(id)
  }
  return {
    id,
    name: String(facts['Name']).replace('/', ''),
    inspected: withoutSecrets(whole),
    whole,
    get,
    async log(path, maxBytes) {
      const found = await engine.getBytes(at + path, maxBytes)
      if (found === undefined) throw gone(id)
      return { text: logText(found.bytes), isCut: found.isCut }
    },
    change: (path, options) => engine.change('POST', at + path, options),
    engine: (path, body) =>
      engine.change('POST', path, { waitMs: 600_000, ...(body !== undefined && { body }) }),
    exec: (command, options) => execIn(at, { engine, command, ...options }),
  }
}

async function execIn(
  at: string,
  {
    engine,
    command,
    maxBytes,
    signal,
  }: {
    readonly engine: EngineClient
    readonly command: readonly string[]
    readonly maxBytes: number
    readonly signal: AbortSignal
  },
): Promise<CutText & { readonly exitCode: number | undefined }> {
  const body = { AttachStdout: true, AttachStderr: true, Cmd: command }
  const made = await engine.change('POST', `${at}/exec`, { body })
  const id = isJsonObject(made) ? String(made['Id']) : ''
  const { bytes, isCut } = await engine.changeBytes(`/exec/${id}/start`, {
    body: { Detach: false, Tty: false },
    maxBytes,
    signal,
  })
  const ended = await engine.get(`/exec/${id}/json`)
  const code =
    ended.kind === 'found' && isJsonObject(ended.body) ? ended.body['ExitCode'] : undefined
  return { text: logText(bytes), isCut, exitCode: typeof code === 'number' ? code : undefined }
}

function gone(id: string): Fault {
  return new Fault('not-found', 'host.no-container', `container ${id.slice(0, 12)} is gone`)
}

/** Every container of the engines that answer. */
export async function containersOf(engines: Engines): Promise<readonly JsonValue[]> {
  const found: JsonValue[] = []
  for (const engine of engines.values()) {
    const answer = await engine.get('/containers/json?all=true').catch(() => undefined)
    if (answer?.kind === 'found' && Array.isArray(answer.body)) {
      found.push(...answer.body.map((each: JsonValue) => withoutSecrets(each)))
    }
  }
  return found
}
