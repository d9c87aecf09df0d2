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

const text: Member = { required: false, check: (reader, key) => reader.text(key) }
const suppression: Member = { required: false, check: readSuppression }
const languageOf = (...languages: readonly string[]): Member => ({
  required: false,
  check: (reader, key) => reader.choice(key, languages),
})
const required = (member: Member): Member => ({ ...member, required: true })

const membersByType: { readonly [Type in OtherType]: { readonly [key: string]: Member } } = {
  esql: {
    query: required(text),
    language: required(languageOf('esql')),
    alert_suppression: suppression,
  },
  machine_learning: {
    machine_learning_job_id: required({ required: true, check: checkTextOrTexts }),
    anomaly_threshold: required({
      required: true,
      check: (reader, key) => reader.integer(key, { min: 0, max: 100 }),
    }),
    alert_suppression: suppression,
  },
}

/** Wire names of what rules of these types say beyond the envelope. */
export const otherTypeMembers = {
  esql: Object.keys(membersByType.esql),
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
