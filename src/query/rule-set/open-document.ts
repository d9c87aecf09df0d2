import type { EventSource } from '#event'
import type { AskedClasses } from './asked-classes.ts'
import type { Column } from './column.ts'
import type { DocumentSlots } from './document-slots.ts'
import type { SlotValues } from './slot-values.ts'
import { parsedClasses } from './parsed-classes.ts'
import type { DocumentPredicate, PredicateBook, ValuePredicate } from './predicate-book.ts'

/** The document at hand, to which the predicates of a book are put, each at most once. */
export interface OpenDocument {
  /** The name of the index in which it lies. */
  readonly index: string
  /** Turns to the next document. */
  open(source: EventSource, index: string): void
  /** The same for a document that is not parsed; false where that cannot be done, see {@link DocumentSlots.readJson}. */
  openJson(json: Uint8Array, index: string): boolean
  /** Whether a predicate holds. */
  holds(predicate: number): boolean
  valuesIn(column: Column): SlotValues
  /** Of what class the document is by what stands in a column, see {@link DocumentSlots.classOf}. */
  classOf(classes: number, column: Column): number
  /** The same for several columns at once, none of which is that of the index. */
  classesOf(asked: AskedClasses): number
  putClass(classes: number, column: Column, number: number): void
}

/** An {@link OpenDocument}, empty at first. */
export function openDocument(
  book: Pick<PredicateBook, 'predicate'>,
  slots: DocumentSlots,
): OpenDocument {
  /** Parsed only where that is needed. */
  let source = (): EventSource => ({})
  let index = ''
  const indexClasses = parsedClasses()
  let turn = 0
  /** For each predicate the turn in which it was last asked, and what came of it. */
  let askedIn = new Uint32Array(1024)
  let answers = new Uint8Array(1024)

  const begin = (indexName: string): void => {
    index = indexName
    if (++turn < maxTurns) return
    askedIn.fill(0)
    turn = 1
  }

  const valuesIn = (column: Column): SlotValues => {
    if (column.holds === 'index') return index
    const [slot = -1, ownSlot] = column.slots
    const first = slots.valuesIn(slot)
    const second = ownSlot === undefined ? undefined : slots.valuesIn(ownSlot)
    if (first === undefined || second === undefined) return first ?? second
    return [first, second].flat()
  }

  const answer = (predicate: ValuePredicate | DocumentPredicate): boolean => {
    if (predicate.kind === 'document') return predicate.test(source())
    const values = valuesIn(predicate.column)
    if (values === undefined) return false
    if (typeof values !== 'object') return predicate.test(values)
    for (const value of values) if (predicate.test(value)) return true
    return false
  }

  return {
    open(document, indexName) {
      begin(indexName)
      source = () => document
      slots.read(document)
    },
    openJson(json, indexName) {
      begin(indexName)
      if (!slots.readJson(json)) return false
      let parsed: EventSource | undefined
      source = () => (parsed ??= parseJson(json))
      return true
    },
    holds(predicate) {
      if (askedIn[predicate] === turn) return answers[predicate] === 1
      const holds = answer(book.predicate(predicate))
      if (predicate >= askedIn.length) {
        askedIn = enlarged(askedIn, new Uint32Array(2 * predicate))
        answers = enlarged(answers, new Uint8Array(2 * predicate))
      }
      askedIn[predicate] = turn
      answers[predicate] = holds ? 1 : 0
      return holds
    },
    valuesIn,
    classOf: (classes, { group }) =>
      group < 0 ? indexClasses.classOf(classes, [index]) : slots.classOf(classes, group),
    classesOf: slots.classesOf,
    putClass(classes, { group }, number) {
      if (group < 0) indexClasses.putClass(classes, [index], number)
      else slots.putClass(classes, group, number)
    },
    get index() {
      return index
    },
  }
}

/** What fits into the counters of turns. */
const maxTurns = 0xffffffff

function enlarged<Numbers extends Uint8Array | Uint32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function parseJson(json: Uint8Array): EventSource {
  return JSON.parse(utf8.decode(json))
}
