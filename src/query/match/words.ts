/**
 * The words of a text as Elasticsearch's standard analyser gives them: split by the word boundaries of
 * Unicode (UAX #29), in lower case, in order; punctuation between words is dropped. Words longer than 255
 * characters are cut into pieces. Linear in the text.
 */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = []
  for (const match of text.matchAll(word)) {
    const found = match[0].toLowerCase()
    if (found.length <= maxWordLength) words.push(found)
    else pushPieces(words, found)
  }
  return words
}

const maxWordLength = 255

/*
 * Letters, digits and connectors (`_`) run together. A dot, apostrophe or colon joins two letters, a dot,
 * apostrophe, comma or semicolon two digits. Ideographs, Hiragana and emoji are words of one character.
 */
const oneByOne = '\\p{Script=Han}\\p{Script=Hiragana}'
const marks = '[\\p{M}\\u200d]*'
const letter = `(?:(?![${oneByOne}])\\p{L}${marks})`
const digit = `(?:\\p{Nd}${marks})`
const piece = `(?:(?![${oneByOne}])[\\p{L}\\p{Nd}\\p{Pc}\\p{Nl}]${marks})`
const joinLetters = `(?<=\\p{L}\\p{M}{0,4})[.:\\u00b7\\u2019'\\u2018\\u2024\\uff0e\\uff1a](?=${letter})`
const joinDigits = `(?<=\\p{Nd}\\p{M}{0,4})[.,;'\\u2019\\u2018\\u2024\\uff0c\\uff1b\\uff0e](?=${digit})`
const word = new RegExp(
  `${piece}(?:${piece}|${joinLetters}|${joinDigits})*|[${oneByOne}]${marks}|\\p{Extended_Pictographic}`,
  'gu',
)

function pushPieces(words: string[], long: string): void {
  for (let at = 0; at < long.length; at += maxWordLength) {
    words.push(long.slice(at, at + maxWordLength))
  }
}
