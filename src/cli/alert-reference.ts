import type { Api, WireAlert } from '#api'
import { Fault } from '#base'
import { usageFault } from './exit-code.ts'
import { placeFromLatest } from './parse-call.ts'

const pageSize = 10_000
const shortestPrefix = 4

/**
 * The alert that a word means: a whole id, a unique beginning of one (at least four characters), or `-1`
 * for the latest, `-2` for the one before. Faults: `not-found`, and `cli.usage` where several begin so.
 */
export async function findAlert(api: Api, word: string): Promise<WireAlert> {
  const place = placeFromLatest(word)
  if (place !== undefined) return latest(api, place)
  const whole = await api.getAlert({ id: word }).catch((thrown: unknown) => {
    if (thrown instanceof Fault && thrown.kind === 'not-found') return undefined
    throw thrown
  })
  if (whole !== undefined) return whole
  if (word.length < shortestPrefix) {
    throw usageFault(
      `\`${word}\` is too short for an alert id: at least ${shortestPrefix} characters`,
    )
  }
  const found = await beginningWith(api, word)
  const [only, another] = found
  if (only === undefined)
    throw new Fault('not-found', 'alert.unknown', `no alert has the id ${word}`)
  if (another !== undefined) {
    throw usageFault(`${found.length} alerts begin with ${word}; write more of the id`)
  }
  return only
}

async function latest(api: Api, place: number): Promise<WireAlert> {
  const { alerts } = await api.listAlerts({ limit: Math.max(1, place) })
  const found = alerts[place - 1]
  if (found !== undefined && place > 0) return found
  const count = alerts.length === 1 ? 'is 1 alert' : `are ${alerts.length} alerts`
  throw new Fault('not-found', 'alert.unknown', `there ${count}, none at -${place}`)
}

async function beginningWith(api: Api, prefix: string): Promise<readonly WireAlert[]> {
  const found: WireAlert[] = []
  let after: string | undefined
  do {
    const page = await api.listAlerts({ limit: pageSize, ...(after !== undefined && { after }) })
    found.push(...page.alerts.filter(({ id }) => id.startsWith(prefix)))
    after = page.next
  } while (after !== undefined)
  return found
}
