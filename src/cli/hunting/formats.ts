import { isJsonObject } from '#base'
import { integrations, type Integration } from '#integration'

/** What the lines of an input are: events as JSON, one JSON text over many lines, or what an integration reads. */
export type InputFormat = 'ndjson' | 'json' | Integration

/** The names of all formats, for `--input-format`. */
export const formatNames: readonly string[] = [
  'ndjson',
  'json',
  ...integrations.map(({ name }) => name),
]

/** The format of that name. */
export function formatNamed(name: string): InputFormat | undefined {
  if (name === 'ndjson' || name === 'json') return name
  return integrations.find((integration) => integration.name === name)
}

/** What a format is called. */
export function nameOfFormat(format: InputFormat): string {
  return typeof format === 'string' ? format : format.name
}

/** So much of an input tells its format. */
export const headBytes = 64 * 1024
const tellingLines = 20

/**
 * The format of an input, by its first bytes: that which most of its first lines look like. Events as JSON
 * where nothing else is certain.
 */
export function formatOf(head: Uint8Array): InputFormat {
  const text = new TextDecoder().decode(head)
  const all = text.split('\n')
  // The last line may be cut.
  const whole = all.length > 1 ? all.slice(0, -1) : all
  const lines = whole.filter((line) => line.trim() !== '').slice(0, tellingLines)
  const [first] = lines
  if (first === undefined) return 'ndjson'
  const meant = integrations
    .map((integration) => ({
      integration,
      lines: lines.filter((line) => integration.isMeant(line)).length,
    }))
    .toSorted((a, b) => b.lines - a.lines)[0]
  if (meant !== undefined && meant.lines * 2 > lines.length) return meant.integration
  return beginsText(first.trim(), lines.length) ? 'json' : 'ndjson'
}

/** Whether a line is no document by itself but a list of them, or what may be the first line of a JSON text. */
function beginsText(line: string, lines: number): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return lines === 1 && Array.isArray(value) && value.some(isJsonObject)
  } catch {
    return /^\[|^\{.*[{[,]$|^\{$/.test(line)
  }
}
