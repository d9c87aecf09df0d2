import type { AlertBody } from '#alert'
import { parseDate, type JsonObject } from '#base'
import type { FilterPlan } from '#query'
import { anyOf, eventsOf, type Reading } from './reading.ts'
import { textOf, textsOf } from './text-of.ts'

/** The container that an alert is about, and how it was found. */
export interface AlertContainer {
  readonly id: string
  readonly how: string
  /** `certain`: the event itself or the name says so; `likely`: time and image fit. */
  readonly confidence: 'certain' | 'likely'
}

const clients = new Set(['docker', 'podman', 'nerdctl', 'docker-compose'])
/** A client is done, or its container there, within this time. */
const withinMs = 20_000
const maxEvents = 200

/** Whether an alert is about a command that makes a container, so that one may follow. */
export function mayMakeContainer(alert: AlertBody): boolean {
  if (textOf(alert, 'container.id') !== '') return false
  const args = textsOf(alert, 'process.args')
  return (
    clients.has(textOf(alert, 'process.name')) && args.some((arg) => /^(run|create|up)$/.test(arg))
  )
}

/**
 * The container of an alert: the one that its event names, else, for the command of a client, the container that was made
 * on the same host right after it, by its name, else by its image. Undefined where there is none, or several that fit alike.
 */
export async function containerOf(
  alert: AlertBody,
  reading: Reading,
): Promise<AlertContainer | undefined> {
  const own = textOf(alert, 'container.id')
  if (own !== '') return { id: own, how: 'its event names it', confidence: 'certain' }
  const atMs = parseDate(textOf(alert, 'kibana.alert.original_time'))
  if (!mayMakeContainer(alert) || atMs === undefined) return undefined
  const made = await containersMade(alert, atMs, reading)
  const args = textsOf(alert, 'process.args')
  const name = optionOf(args, '--name')
  const named = made.filter(
    (event) => name !== undefined && textOf(event, 'container.name') === name,
  )
  const ofImage = made.filter((event) => imageTold(event, args))
  if (name !== undefined) return one(named, `its name is ${name}`, 'certain')
  return one(ofImage, 'made right after this command, from the image that it names', 'likely')
}

async function containersMade(
  alert: AlertBody,
  atMs: number,
  reading: Reading,
): Promise<readonly JsonObject[]> {
  const filter: FilterPlan = {
    kind: 'and',
    of: [
      anyOf('event.action', ['container-created', 'container-started']),
      anyOf('host.name', [textOf(alert, 'host.name')]),
    ],
  }
  // The clocks of the kernel and of the engine may differ by a little.
  const within = { fromMs: atMs - 1_000, toMs: atMs + withinMs }
  const found = await eventsOf(reading, filter, { within, limit: maxEvents })
  return found.map(({ source }) => source)
}

function one(
  made: readonly JsonObject[],
  how: string,
  confidence: AlertContainer['confidence'],
): AlertContainer | undefined {
  const ids = new Set(made.map((event) => textOf(event, 'container.id')).filter((id) => id !== ''))
  const [id] = ids
  return ids.size === 1 && id !== undefined ? { id, how, confidence } : undefined
}

function imageTold(event: JsonObject, args: readonly string[]): boolean {
  const image = textOf(event, 'container.image.name')
  if (image === '') return false
  const tags = textsOf(event, 'container.image.tag')
  const told = new Set([image, ...tags.map((tag) => `${image}:${tag}`)])
  return args.some((arg) => told.has(arg))
}

function optionOf(args: readonly string[], option: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${option}=`))
  if (joined !== undefined) return joined.slice(option.length + 1)
  const at = args.indexOf(option)
  return at < 0 ? undefined : args[at + 1]
}
