import { oneOf, type Draw } from './random.ts'

/** Makes EQL texts: whole ones changed in a few places, and the grammar's own pieces in any order. */
export function eqlInputs(draw: Draw, seeds: readonly string[]): () => string {
  return () => {
    if (draw(4) === 0 || seeds.length === 0) return garbage(draw)
    let text = oneOf(draw, seeds)
    for (let changes = 1 + draw(4); changes > 0; changes--) text = changed(text, draw, seeds)
    return text
  }
}

/** Each of them is a token, or the beginning of one that its end must follow. */
const sound = [
  ...' \n\t()[],.:|?=<>+-*/%_a0'.split(''),
  ...'any process where and or not in in~ like like~ regex regex~ : == != <= >= ![ sequence'.split(
    ' ',
  ),
  ...'sample by with maxspan=1s runs=2 until true false null of head tail 5 5.5 1e9'.split(' '),
  ...'"*.exe" """raw""" "\\u{41}" `a-b` ?a ?`b` a.b.c length( concat( // /**/ between~( cidrMatch('.split(
    ' ',
  ),
  '[process where true] ',
]

const odd = [
  ...'\0"\'`{};!~\\@#$&é\ud800\udc00\u2028'.split(''),
  ...'join """ \\" \\u{41} \\u0041 `` /* */ 0x1f 99999999999999999999 && || <> ?" ?\' (?= 1e999'.split(
    ' ',
  ),
]

function piece(draw: Draw): string {
  return oneOf(draw, draw(8) === 0 ? odd : sound)
}

function garbage(draw: Draw): string {
  const start = oneOf(draw, ['', 'any where ', 'sequence by a [any where ', 'sample by b '])
  const joint = oneOf(draw, ['', ' '])
  return start + Array.from({ length: draw(40) }, () => piece(draw)).join(joint)
}

function changed(text: string, draw: Draw, seeds: readonly string[]): string {
  const at = draw(text.length + 1)
  const end = Math.min(text.length, at + draw(12))
  const [before, part, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)]
  switch (draw(7)) {
    case 0:
      return before + after
    case 1:
      return before + piece(draw) + after
    case 2:
      return before + piece(draw) + part + after
    case 3:
      return before + part + part + after
    case 4:
      return before
    case 5: {
      const other = oneOf(draw, seeds)
      return before + other.slice(draw(other.length + 1))
    }
    default:
      // Rarely very many: depth, long chains, long texts.
      return before + piece(draw).repeat(draw(200) === 0 ? 20_000 : draw(30)) + after
  }
}
