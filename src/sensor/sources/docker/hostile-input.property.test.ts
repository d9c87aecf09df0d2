import {
  array,
  constantFrom,
  dictionary,
  json,
  jsonValue,
  oneof,
  property,
  string,
  assert,
} from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonValue } from '#base'
import { parseEngineEvent } from './engine-event.ts'
import { parseImageReference } from './image-reference.ts'
import { commandOf, engineFactsOf, execOf, identityOf } from './inspect-facts.ts'
import { securityOf, volumeNamesOf, volumeSourceOf } from './inspect-security.ts'
import { ociCommandOf, ociIdentityOf, ociSecurityOf } from './oci-facts.ts'
import { runtimeInvocation } from './oci-invocation.ts'
import { fullCapabilities } from './privileged.ts'

const full = fullCapabilities('/nowhere')
const keys = constantFrom(
  ...'HostConfig Config Mounts Labels Image Name Privileged CapAdd SecurityOpt Type Source Devices'.split(
    ' ',
  ),
  ...'linux process namespaces type path capabilities effective mounts options seccomp syscalls'.split(
    ' ',
  ),
  ...'resources devices allow access major maskedPaths annotations root args user __proto__'.split(
    ' ',
  ),
)
const shaped = dictionary(
  keys,
  oneof(jsonValue(), dictionary(keys, jsonValue()), array(dictionary(keys, jsonValue()))),
)
const anyJson = oneof(jsonValue(), shaped).map(
  (value) => JSON.parse(JSON.stringify(value)) as JsonValue,
)

test('whatever an engine answers, it is read without a throw', () => {
  assert(
    property(anyJson, (answer) => {
      const engine = engineFactsOf(answer, answer, { socket: '/s' })
      const security = securityOf(answer, { engine, sockets: [], full, volumeSources: [] })
      const read = [
        identityOf(answer, engine),
        commandOf(answer),
        execOf(answer),
        volumeNamesOf(answer),
        volumeSourceOf(answer),
      ]
      expect([...read, security]).toHaveLength(6)
    }),
  )
})

test('whatever an OCI file holds, it is read without a throw, and is privileged only with every capability', () => {
  const context = { fullCapabilities: full, isHostNamespace: () => false, sockets: [] }
  assert(
    property(anyJson, (file) => {
      const security = ociSecurityOf(file, context)
      expect(security.privileged === true && security.allCapabilities !== true).toBe(false)
      expect([ociIdentityOf(file, '/b'), ociCommandOf(file)]).toHaveLength(2)
    }),
  )
})

test('whatever line an engine sends, it is an event, of no interest, or no event', () => {
  assert(
    property(oneof(string(), json()), (line) => {
      const event = parseEngineEvent(line)
      expect(['undefined', 'string', 'object']).toContain(typeof event)
    }),
  )
})

test('whatever arguments a program is given, the file of a runtime is an absolute path', () => {
  const words = constantFrom(
    'create',
    'run',
    'exec',
    '--bundle',
    '-b',
    '--process',
    '--',
    '-',
    'x',
    '../y',
    '--bundle=',
    '',
  )
  assert(
    property(array(oneof(words, string())), string(), (args, executable) => {
      const found = runtimeInvocation({
        executable,
        filename: executable,
        args,
        workingDirectory: '/w',
      })
      expect(found?.file?.startsWith('/') ?? true).toBe(true)
    }),
  )
})

test('whatever text names an image, it is taken apart', () => {
  assert(
    property(string(), (text) => {
      const { name, tags } = parseImageReference(text)
      expect(tags.length).toBeLessThanOrEqual(1)
      expect(name).not.toBe('')
    }),
  )
})
