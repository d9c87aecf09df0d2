import { useEffect, useRef, useState } from 'preact/hooks'
import type { OpenEditor } from '../editor/query-editor.ts'

/** A query to write: a plain text field at once, the editor once its code has come. */
export function QueryBox({
  text,
  language,
  index,
  label,
  hint = '',
  isReadOnly = false,
  isTall = false,
  onChange,
  onSubmit = () => undefined,
}: {
  readonly text: string
  readonly language: 'kuery' | 'lucene' | 'eql' | 'esql'
  readonly index: string
  readonly label: string
  readonly hint?: string
  readonly isReadOnly?: boolean
  readonly isTall?: boolean
  readonly onChange: (text: string) => void
  /** Control and Enter. */
  readonly onSubmit?: () => void
}) {
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<OpenEditor>(undefined)
  const [isOpen, setOpen] = useState(false)
  // What the editor told and has not come back yet: only other texts are written into it.
  const told = useRef<string[]>([])
  const latest = useRef({ text, language, index, onChange, onSubmit })
  latest.current = { text, language, index, onChange, onSubmit }
  useEffect(() => {
    let isGone = false
    const open = async (): Promise<void> => {
      const { openEditor } = await import('../editor/query-editor.ts')
      if (isGone || host.current === null) return
      editor.current = openEditor({
        host: host.current,
        ...latest.current,
        label,
        hint,
        isReadOnly,
        onChange(written) {
          told.current.push(written)
          latest.current.onChange(written)
        },
        onSubmit: () => latest.current.onSubmit(),
      })
      setOpen(true)
    }
    // Where the editor does not come, the plain field stays.
    open().catch(() => undefined)
    return () => {
      isGone = true
      editor.current?.close()
    }
  }, [])
  useEffect(() => {
    const at = told.current.lastIndexOf(text)
    if (at >= 0) told.current.splice(0, at + 1)
    else {
      told.current = []
      editor.current?.setText(text)
    }
  }, [text])
  useEffect(() => editor.current?.setScope({ language, index }), [language, index])
  return (
    <div class={`query-box${isTall ? ' is-tall' : ''}`}>
      <div ref={host} hidden={!isOpen} />
      {!isOpen && (
        <textarea
          class="m"
          rows={isTall ? 6 : 1}
          aria-label={label}
          placeholder={hint}
          readOnly={isReadOnly}
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSubmit()
          }}
        />
      )}
    </div>
  )
}
