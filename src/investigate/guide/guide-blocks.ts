/** A piece of a guide. */
export interface GuideBlock {
  readonly kind: 'heading' | 'step' | 'text' | 'code'
  readonly text: string
  /** Of a step: how far in its list stands, from 0. */
  readonly depth: number
}

/** The blocks of a guide in Markdown: headings, list items, code, and text; lines that go on are joined. */
export function blocksOf(markdown: string): readonly GuideBlock[] {
  const blocks: GuideBlock[] = []
  let code: string[] | undefined
  let isParagraphOpen = false
  for (const line of markdown.split('\n')) {
    if (line.trim().startsWith('```')) {
      if (code === undefined) code = []
      else {
        blocks.push({ kind: 'code', text: code.join('\n'), depth: 0 })
        code = undefined
      }
      isParagraphOpen = false
      continue
    }
    if (code !== undefined) {
      code.push(line)
      continue
    }
    const [, indent = '', item] = /^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line) ?? []
    const [, title] = /^\s*#{1,6}\s+(.*)$/.exec(line) ?? []
    const text = line.trim()
    if (item !== undefined) {
      blocks.push({ kind: 'step', text: plain(item), depth: Math.floor(indent.length / 2) })
    } else if (title !== undefined) blocks.push({ kind: 'heading', text: plain(title), depth: 0 })
    else if (text !== '') {
      const last = blocks.at(-1)
      if (isParagraphOpen && last !== undefined) {
        blocks[blocks.length - 1] = { ...last, text: `${last.text} ${plain(text)}` }
      } else blocks.push({ kind: 'text', text: plain(text), depth: 0 })
    }
    isParagraphOpen = text !== '' && title === undefined
  }
  if (code !== undefined) blocks.push({ kind: 'code', text: code.join('\n'), depth: 0 })
  return blocks
}

/** Without the signs of emphasis and code; a link becomes its text and its address. */
function plain(text: string): string {
  return text
    .replaceAll(/\[([^\]]*)\]\(([^)]*)\)/g, '$1 ($2)')
    .replaceAll(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll('`', '')
}
