import { byteSearchWasm } from './byte-search-wasm.ts'

/** As much of WebAssembly as is used here: it runs in browsers and in Node, and neither's types are at hand. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** What `assembly/search.ts` exports. */
interface SearchExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly next: (pair: number, from: number, to: number) => number
  readonly lineFeeds: (from: number, to: number) => number
}

/** Looks for any of a few texts in bytes, ASCII letters in either case, at gigabytes a second. */
export interface ByteSearch {
  /** The bytes that are searched: whoever searches writes them here. */
  readonly room: Uint8Array
  /** Gives the places of texts in the room from `from` to before `to`: see {@link TextPlaces}. */
  placesIn(from: number, to: number): TextPlaces
  /** How many line feeds are in the room from `from` to before `to`. */
  lineFeeds(from: number, to: number): number
}

/** Where texts are, in order. */
export interface TextPlaces {
  /** The first place at or after `from`, which must not be before that of an earlier call; -1: there is none. */
  next(from: number): number
}

const foldedAt = 256
const textsAt = 512
const textBytes = 16
const rareAt = 8
const pageBytes = 65_536
/** The search reads so far beyond an end. */
const slackBytes = 128
/** The rare bytes of a text are among so many of its first. */
const rareWithin = 64

/**
 * A {@link ByteSearch} for some texts of ASCII, each of two bytes or more, in a room of so many bytes;
 * undefined where WebAssembly lacks SIMD. The time goes with the number of texts.
 */
export function byteSearch(texts: readonly string[], roomBytes: number): ByteSearch | undefined {
  const bytes = Uint8Array.from(atob(byteSearchWasm), (character) => character.charCodeAt(0))
  if (!WebAssembly.validate(bytes)) return undefined
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes))
  const { memory, next, lineFeeds } = instance.exports as SearchExports
  // They are searched for two by two.
  const even = texts.length % 2 === 0 ? texts : [...texts, texts.at(-1) ?? '']
  const roomAt = writeTexts(memory, even, roomBytes)
  const pairs = Array.from({ length: even.length / 2 }, (_, pair) => pair)
  return {
    room: new Uint8Array(memory.buffer, roomAt, roomBytes),
    lineFeeds: (from, to) => lineFeeds(roomAt + from, roomAt + to),
    placesIn(begin, to) {
      const end = roomAt + to
      /** The next place of each pair of texts. */
      const places = pairs.map((pair) => next(pair, roomAt + begin, end))
      return {
        next(from) {
          let first = -1
          for (let pair = 0; pair < places.length; pair++) {
            let place = places[pair] ?? -1
            if (place >= 0 && place < roomAt + from) {
              place = next(pair, roomAt + from, end)
              places[pair] = place
            }
            if (place >= 0 && (first < 0 || place < first)) first = place
          }
          return first < 0 ? -1 : first - roomAt
        },
      }
    },
  }
}

/** Gives the search its texts, and says where in its memory there is room behind them. */
function writeTexts(
  memory: SearchExports['memory'],
  texts: readonly string[],
  roomBytes: number,
): number {
  const written = texts.map((text) => Uint8Array.from(text, (letter) => lowered(letter)))
  let end = textsAt + texts.length * textBytes
  const places = written.map(({ length }) => {
    end += length
    return end - length
  })
  const roomAt = (end + 63) & ~63
  const missing = roomAt + roomBytes + slackBytes - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
  const bytes = new Uint8Array(memory.buffer)
  const numbers = new Int32Array(memory.buffer)
  for (let byte = 0; byte < 256; byte++) {
    bytes[foldedAt + byte] = lowered(String.fromCharCode(byte))
  }
  for (const [number, text] of written.entries()) {
    const at = textsAt + number * textBytes
    bytes.set(text, places[number] ?? 0)
    numbers.set([places[number] ?? 0, text.length], at / 4)
    bytes.set(rarePairOf(text), at + rareAt)
  }
  return roomAt
}

function lowered(letter: string): number {
  const code = letter.charCodeAt(0)
  return code >= 65 && code <= 90 ? code + 32 : code
}

/** Of the two rarest bytes of a text: the place of each, the byte, and the bit that makes it lower case. */
function rarePairOf(text: Uint8Array): readonly number[] {
  const places = [...text.subarray(0, rareWithin).keys()]
  const rarest = places.toSorted((a, b) => commonness(text[a] ?? 0) - commonness(text[b] ?? 0))
  const [first = 0] = rarest
  // The same byte again tells little.
  const second = rarest.find((place) => text[place] !== text[first]) ?? rarest[1] ?? first
  return [first, second].flatMap((place) => {
    const byte = text[place] ?? 0
    return [place, byte, byte >= 97 && byte <= 122 ? 32 : 0]
  })
}

/** How common bytes are in JSON of events, roughly: vowels and the like, other letters, digits, the rest. */
function commonness(byte: number): number {
  const letter = String.fromCharCode(byte)
  if (/[etaoinrscpdl]/.test(letter)) return 8
  if (/[01235]/.test(letter)) return 6
  if (/[-._:,"/ ]/.test(letter)) return 5
  return /[a-z0-9]/.test(letter) ? 3 : 1
}
