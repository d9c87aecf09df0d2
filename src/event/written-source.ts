import type { EventSource, FieldName, FieldValue } from './document.ts'

/**
 * A document that came as JSON text and is parsed only when somebody asks what stands in it, once. The text is
 * byte by byte what JSON.stringify makes of the document, so that it can be kept and searched as it is.
 */
export class WrittenSource {
  /** UTF-8. Nobody changes it. */
  readonly json: Uint8Array
  /** The one value that each of these fields has: known without parsing. */
  readonly known: { readonly [field: FieldName]: FieldValue }
  #source: EventSource | undefined

  constructor(json: Uint8Array, known: { readonly [field: FieldName]: FieldValue }) {
    this.json = json
    this.known = known
  }

  /** The parsed document. */
  get source(): EventSource {
    this.#source ??= parsed(this.json)
    return this.#source
  }
}

// A byte order mark within a document is a character like any other.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function parsed(json: Uint8Array): EventSource {
  return JSON.parse(utf8.decode(json))
}
