import { isJsonObject, type JsonValue } from '#base'
import { textPart } from '../../action.ts'
import { containerLook } from '../../container-look.ts'

/** The processes of a container. */
export const containerTop = containerLook({
  id: 'container-top',
  title: 'Processes',
  effect: 'The processes in it, with the numbers that they have on the host.',
  async look({ name, get }) {
    const rows = rowsOf(await get('/top'))
    return {
      summary: `${Math.max(0, rows.length - 1)} processes in ${name}`,
      parts: [textPart('top', rows.map((row) => row.join('\t')).join('\n'))],
    }
  },
})

/** Titles first. */
function rowsOf(answer: JsonValue): readonly (readonly string[])[] {
  if (!isJsonObject(answer)) return []
  const { Titles: titles, Processes: processes } = answer
  const list = (value: JsonValue | undefined): readonly JsonValue[] =>
    Array.isArray(value) ? value : []
  return [list(titles), ...list(processes).map(list)].map((row) => row.map(String))
}
