import { isJsonObject, type JsonValue } from '#base'
import { textPart } from '../../action.ts'
import { containerLook } from '../../container-look.ts'

const kinds = ['changed', 'added', 'deleted'] as const

/** What differs between a container's files and its image. */
export const containerDiff = containerLook({
  id: 'container-diff',
  title: 'Changed files',
  effect: 'What differs from its image.',
  async look({ name, get }) {
    const answer = await get('/changes')
    const lines = Array.isArray(answer) ? answer.map(lineOf) : []
    return {
      summary: `${lines.length} changed paths in ${name}`,
      parts: [textPart('changes', lines.join('\n'))],
    }
  },
})

function lineOf(change: JsonValue): string {
  if (!isJsonObject(change)) return ''
  return `${kinds[Number(change['Kind'])] ?? '?'}\t${String(change['Path'])}`
}
