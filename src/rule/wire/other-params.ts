import type { JsonValue } from '#base'
import type { OtherParams } from '../rule.ts'
import { readSuppression } from './suppression.ts'
import type { WireReader } from './wire-reader.ts'

type OtherType = OtherParams['type']

/** Checks one member; its value is kept as written. */
interface Member {
  readonly required: boolean
  readonly check: (reader: WireReader, key: string) => unknown
}

const membersByType: { readonly [Type in OtherType]: { readonly [key: string]: Member } } = {
  machine_learning: {
    machine_learning_job_id: { required: true, check: checkTextOrTexts },
    anomaly_threshold: {
      required: true,
      check: (reader, key) => reader.integer(key, { min: 0, max: 100 }),
    },
    alert_suppression: { required: false, check: readSuppression },
  },
}

/** Wire names of what rules of these types say beyond the envelope. */
export const otherTypeMembers = {
  machine_learning: Object.keys(membersByType.machine_learning),
}

/** The members of a rule of a type that does not run yet: checked, and kept as written. */
export function readOther(reader: WireReader, type: OtherType): OtherParams {
  const kept: [string, JsonValue][] = []
  for (const [key, member] of Object.entries(membersByType[type])) {
    if (member.required) reader.requires(key)
    member.check(reader, key)
    const value = reader.json(key)
    if (value !== undefined) kept.push([key, value])
  }
  return { type, wire: Object.fromEntries(kept) }
}

function checkTextOrTexts(reader: WireReader, key: string): void {
  if (typeof reader.json(key) === 'string') reader.text(key)
  else reader.texts(key)
}
