import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundaryOf, multipartParts, textLines } from './multipart.ts'

const boundary = 'b0undary'

function form(...parts: readonly { readonly name: string; readonly text: string }[]): string {
  const written = parts.map(
    ({ name, text }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}.txt"\r\n\r\n${text}\r\n`,
  )
  return `${written.join('')}--${boundary}--\r\n`
}

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string | Buffer, size = 7) {
  const found: { readonly name: string; readonly text: string }[] = []
  for await (const part of multipartParts(cut(Buffer.from(text), size), boundary)) {
    const chunks: Uint8Array[] = []
    for await (const chunk of part.body) chunks.push(chunk)
    found.push({ name: part.name, text: Buffer.concat(chunks).toString('utf8') })
  }
  return found
}

test('parts come out as they went in, however the body is cut', async () => {
  const text = fc
    .array(fc.constantFrom('a', 'é', '\r\n', '--', '\r', '-', boundary.slice(0, 4)))
    .map((pieces) => pieces.join(''))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ name: fc.constantFrom('file', 'x'), text }), { minLength: 1 }),
      fc.integer({ min: 1, max: 40 }),
      async (parts, size) => {
        expect(await read(form(...parts), size)).toEqual(parts)
      },
    ),
  )
})

test('a part that nobody reads is skipped', async () => {
  const names: string[] = []
  const body = Buffer.from(form({ name: 'a', text: '1' }, { name: 'b', text: '2' }))
  for await (const { name } of multipartParts(cut(body, 5), boundary)) names.push(name)
  expect(names).toEqual(['a', 'b'])
})

test.each([
  ['an empty body', ''],
  ['no boundary', 'text'],
  ['a body cut in the middle of a part', form({ name: 'file', text: 'abc' }).slice(0, -20)],
  ['a head without end', `--${boundary}\r\nContent-Disposition: ${'x'.repeat(20_000)}`],
  ['a boundary that goes on', `--${boundary}xx\r\n\r\n`],
  ['too many parts', form(...Array.from({ length: 101 }, () => ({ name: 'a', text: '' })))],
])('%s is refused as damaged', async (_, text) => {
  await expect(read(text)).rejects.toMatchObject({ kind: 'invalid' })
})

test('any bytes are parts or a refusal, never anything else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
      const bytes = Buffer.concat([Buffer.from(`--${boundary}\r\n`), noise])
      const outcome = await read(bytes).catch((thrown: unknown) => thrown)
      expect(Array.isArray(outcome) || Reflect.get(Object(outcome), 'kind') === 'invalid').toBe(
        true,
      )
    }),
  )
})

test('the boundary is read quoted and bare, and only of form data', () => {
  expect(boundaryOf('multipart/form-data; boundary=abc')).toBe('abc')
  expect(boundaryOf('multipart/form-data; charset=x; boundary="a b"')).toBe('a b')
  expect(boundaryOf('application/json')).toBeUndefined()
  expect(boundaryOf(undefined)).toBeUndefined()
})

test('lines are the text between line ends, however it is cut, and none is endless', async () => {
  const lines = async (text: string, size: number) => {
    const found: string[] = []
    for await (const line of textLines(cut(Buffer.from(text), size), 10)) found.push(line)
    return found
  }
  expect(await lines('a\r\né\n\nlast', 1)).toEqual(['a', 'é', '', 'last'])
  expect(await lines('a\n', 3)).toEqual(['a'])
  await expect(lines('x'.repeat(30), 4)).rejects.toMatchObject({ kind: 'invalid' })
  await expect(lines('a\n\xff'.slice(0, 2), 4)).resolves.toEqual(['a'])
})
