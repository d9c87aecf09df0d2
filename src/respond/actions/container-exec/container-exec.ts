import { Fault, textIn } from '#base'
import { maxPartBytes, textPart } from '../../action.ts'
import { containerLook } from '../../container-look.ts'

/** What may be asked from inside; nothing else is ever run there. */
const questions: { readonly [name: string]: (path: string) => readonly string[] } = {
  processes: () => ['ps', '-ef'],
  connections: () => ['cat', '/proc/net/tcp', '/proc/net/tcp6', '/proc/net/udp'],
  mounts: () => ['cat', '/proc/self/mounts'],
  accounts: () => ['cat', '/etc/passwd'],
  identity: () => ['id'],
  'list-files': (path) => ['ls', '-la', '--', path],
  'read-file': (path) => ['cat', '--', path],
}

/** Runs one of a few programs that only look, inside of a container. */
export const containerExec = containerLook({
  id: 'container-exec',
  title: 'Look inside',
  effect:
    'Runs one program that only looks, inside of the container: it is the container’s own, and may lie where the container is hostile.',
  parameters: {
    question: {
      kind: 'choice',
      title: 'Question',
      choices: Object.keys(questions),
      default: 'processes',
    },
    path: {
      kind: 'text',
      title: 'Path',
      help: 'for list-files and read-file',
      required: false,
      maxLength: 4_096,
      like: { pattern: /^\/[^\0]*$/, words: 'a path from the root' },
    },
  },
  async look({ name, exec }, values, { signal }) {
    const question = textIn(values, 'question')
    const path = textIn(values, 'path')
    if (path === '' && question.endsWith('-file')) {
      throw new Fault('invalid', 'respond.path-missing', `${question} needs a path`)
    }
    const command = questions[question]?.(path === '' ? '/' : path) ?? []
    const { text, isCut, exitCode } = await exec(command, { maxBytes: maxPartBytes, signal })
    const ended = exitCode === 0 ? '' : `, exit code ${exitCode ?? 'unknown'}`
    return {
      summary: `${command.join(' ')} in ${name}${ended}`,
      parts: [textPart(question, text, isCut)],
    }
  },
})
