import { autocompletion, completionKeymap } from '@codemirror/autocomplete'
import { history, historyKeymap, standardKeymap } from '@codemirror/commands'
import { bracketMatching, syntaxHighlighting } from '@codemirror/language'
import { forceLinting, linter, type Diagnostic } from '@codemirror/lint'
import { Annotation, Compartment, EditorState } from '@codemirror/state'
import { EditorView, highlightSpecialChars, keymap, placeholder } from '@codemirror/view'
import { visibleText } from '#base'
import { api } from '../api.ts'
import { complete, type CompletionScope } from './completion.ts'
import { colours, grammarOf } from './languages.ts'

/** A change that was given to the editor: nobody needs to be told of it. */
const given = Annotation.define<boolean>()

/** What an editor is opened with. */
export interface EditorOptions extends CompletionScope {
  /** The editor lives in a shadow root here, where its styles need no exception of the policy. */
  readonly host: HTMLElement
  readonly text: string
  readonly label: string
  readonly hint: string
  readonly isReadOnly: boolean
  readonly onChange: (text: string) => void
  /** Control and Enter. */
  readonly onSubmit: () => void
}

/** An open editor. */
export interface OpenEditor {
  setText(text: string): void
  setScope(scope: CompletionScope): void
  focus(): void
  close(): void
}

/** Opens an editor for a query: colours, completion, and what our parsers say of the text, at its place. */
export function openEditor(options: EditorOptions): OpenEditor {
  let scope: CompletionScope = options
  const grammar = new Compartment()
  const root = options.host.shadowRoot ?? options.host.attachShadow({ mode: 'open' })
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        history(),
        highlightSpecialChars(),
        bracketMatching(),
        EditorView.lineWrapping,
        EditorState.readOnly.of(options.isReadOnly),
        placeholder(options.hint),
        syntaxHighlighting(colours),
        grammar.of(grammarOf(options.language)),
        autocompletion({
          override: [(context) => complete(context, scope)],
          icons: false,
        }),
        linter((open) => problemsOf(open.state.doc.toString(), scope), {
          delay: 350,
        }),
        keymap.of([
          {
            key: 'Mod-Enter',
            run: () => {
              options.onSubmit()
              return true
            },
          },
          ...completionKeymap,
          ...historyKeymap,
          ...standardKeymap,
        ]),
        EditorView.domEventHandlers({ beforeinput: replaceSelected }),
        EditorView.contentAttributes.of({ 'aria-label': options.label }),
        EditorView.updateListener.of((update) => {
          const isGiven = update.transactions.some((each) => each.annotation(given) === true)
          if (update.docChanged && !isGiven) options.onChange(update.state.doc.toString())
        }),
        look,
      ],
    }),
  })
  return {
    setText(text) {
      const { doc } = view.state
      if (doc.toString() === text) return
      view.dispatch({
        changes: { from: 0, to: doc.length, insert: text },
        annotations: given.of(true),
      })
    },
    setScope(next) {
      const isOther = next.language !== scope.language
      scope = next
      if (!isOther) return
      view.dispatch({ effects: grammar.reconfigure(grammarOf(next.language)) })
      forceLinting(view)
    },
    focus: () => view.focus(),
    close: () => view.destroy(),
  }
}

/**
 * Text over a selection. Browsers carry the looks of what they replace over by a style in the markup, which the
 * policy of the page forbids and reports.
 */
function replaceSelected(event: InputEvent, view: EditorView): boolean {
  const { data, inputType } = event
  if (inputType !== 'insertText' || data === null || view.composing) return false
  if (view.state.selection.main.empty || view.state.readOnly) return false
  const typed = { userEvent: 'input.type', scrollIntoView: true }
  view.dispatch(view.state.update(view.state.replaceSelection(data), typed))
  event.preventDefault()
  return true
}

async function problemsOf(
  text: string,
  { language }: CompletionScope,
): Promise<readonly Diagnostic[]> {
  if (text.trim() === '') return []
  const { diagnostics } = await api
    .checkQuery({ body: { language, text } })
    .catch(() => ({ diagnostics: [] }))
  return diagnostics.map(({ severity, message, help, patch, span }) => ({
    from: Math.min(span.start, text.length),
    to: Math.min(Math.max(span.end, span.start), text.length),
    severity,
    message: visibleText(help === undefined ? message : `${message}; ${help}`),
    ...(patch !== undefined && {
      actions: [
        {
          name: `Use ${patch}`,
          apply: (view: EditorView, from: number, to: number) =>
            view.dispatch({ changes: { from, to, insert: patch } }),
        },
      ],
    }),
  }))
}

const look = EditorView.theme({
  '&': {
    font: '13px/1.5 var(--mono)',
    background: 'var(--code)',
    color: 'var(--text)',
    border: '1px solid var(--dot)',
    borderRadius: '6px',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': {
    font: 'inherit',
    maxHeight: 'var(--editor-max, 40vh)',
    overflow: 'auto',
  },
  '.cm-content': {
    padding: '5px 2px',
    caretColor: 'var(--text)',
    minHeight: 'var(--editor-min, 0)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-placeholder': { color: 'var(--muted)' },
  '.cm-tooltip': {
    background: 'var(--panel)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    boxShadow: '0 6px 24px rgb(0 0 0 / 25%)',
  },
  '.cm-tooltip-autocomplete > ul': {
    font: '12px/1.6 var(--mono)',
    maxHeight: '40vh',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent-back)',
    color: 'var(--text)',
  },
  '.cm-completionDetail': {
    color: 'var(--muted)',
    fontStyle: 'normal',
    marginLeft: '12px',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-diagnostic': {
    font: '13px/1.45 system-ui, sans-serif',
    padding: '4px 10px',
  },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--bad)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--warn)' },
  '.cm-diagnosticAction': {
    background: 'var(--accent)',
    color: 'var(--on-accent)',
    borderRadius: '4px',
    padding: '2px 8px',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--warn)',
    textUnderlineOffset: '3px',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    background: 'var(--mark)',
  },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': {
    background: 'var(--bad-back)',
  },
  '.cm-specialChar': { color: 'var(--bad)' },
})
