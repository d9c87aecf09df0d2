import { isJsonObject, type JsonValue } from '#base'
import { blocksOf, type GuideBlock } from './guide-blocks.ts'

/** Which part of a guide a block stands in. */
export type GuideSection = 'look' | 'harmless' | 'respond'

/** A block of a guide in its part; steps of the first part are what a person ticks. */
export interface GuideStep extends GuideBlock {
  readonly section: GuideSection
  /** A question for another program that the guide holds: what it asks of which, and that it is not asked here. */
  readonly foreign?: { readonly kind: 'osquery' | 'investigate'; readonly query: string }
}

const maxSteps = 200

/** The blocks of a guide with the part in which each stands; placeholders of Elastic's guides become what they ask. */
export function guideSteps(markdown: string): readonly GuideStep[] {
  let section: GuideSection = 'look'
  return blocksOf(markdown.slice(0, 100_000))
    .slice(0, maxSteps)
    .map((block) => {
      if (block.kind === 'heading') section = sectionOf(block.text)
      return { ...withoutPlaceholder(block), section }
    })
}

function sectionOf(heading: string): GuideSection {
  if (/false positive|harmless|quieter/i.test(heading)) return 'harmless'
  return /respon|remediat|contain the/i.test(heading) ? 'respond' : 'look'
}

function withoutPlaceholder(block: GuideBlock): Omit<GuideStep, 'section'> {
  const at = block.text.search(/!\{(?:osquery|investigate)\s?\{/)
  const kind = block.text.slice(at).startsWith('!{osquery') ? 'osquery' : 'investigate'
  if (at < 0 || !block.text.endsWith('}')) return block
  const asked = parsed(block.text.slice(block.text.indexOf('{', at + 2), -1))
  const label = isJsonObject(asked) ? String(asked['label'] ?? '') : ''
  const before = block.text.slice(0, at).trim()
  return {
    ...block,
    text: [before, label || `A question for ${kind}`].filter((part) => part !== '').join(' '),
    foreign: { kind, query: queryOf(asked) },
  }
}

function queryOf(asked: JsonValue | undefined): string {
  if (!isJsonObject(asked)) return ''
  const { query, providers } = asked
  if (typeof query === 'string') return query
  return providers === undefined ? '' : JSON.stringify(providers)
}

function parsed(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    // A guide that is written wrong is shown as it is written.
    return undefined
  }
}
