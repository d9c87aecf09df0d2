import { expect, test } from 'vitest'
import { nearestWord, visibleText } from './text.ts'

test('characters that move a cursor or reorder a line are shown as escapes', () => {
  expect(visibleText('a\u001b[2Jb')).toBe('a\\u{1b}[2Jb')
  expect(visibleText('exe\u202ecod.sh')).toBe('exe\\u{202e}cod.sh')
  expect(visibleText('one\ntwo\tthree\r')).toBe('one\\ntwo\\tthree\\r')
})

test('ordinary text of any script is left as it is', () => {
  expect(visibleText('größe 大きさ حجم 🙂')).toBe('größe 大きさ حجم 🙂')
})

test('the nearest word is offered for a slip, and none for another word', () => {
  const words = ['process.parent.executable', 'process.executable', 'process.name']
  expect(nearestWord('process.parent.executabel', words)).toBe('process.parent.executable')
  expect(nearestWord('proces.name', words)).toBe('process.name')
  expect(nearestWord('user.name', ['network.bytes'])).toBeUndefined()
})
