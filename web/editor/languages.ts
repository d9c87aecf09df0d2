import { HighlightStyle, LanguageSupport, LRLanguage } from '@codemirror/language'
import { styleTags, tags } from '@lezer/highlight'
import { parser as eqlParser } from './eql.grammar'
import { parser as kueryParser } from './kuery.grammar'

/** The languages in which rules ask. */
export type QueryLanguageName = 'kuery' | 'lucene' | 'eql' | 'esql'

const kuery = LRLanguage.define({
  name: 'kuery',
  parser: kueryParser.configure({
    props: [
      styleTags({
        'Field/...': tags.propertyName,
        'AndWord/... OrWord/... NotWord/...': tags.keyword,
        String: tags.string,
        'Words/...': tags.string,
        Operator: tags.operator,
      }),
    ],
  }),
})

const eql = LRLanguage.define({
  name: 'eql',
  parser: eqlParser.configure({
    props: [
      styleTags({
        'Field/...': tags.propertyName,
        'Keyword/...': tags.keyword,
        'FunctionName/...': tags.function(tags.variableName),
        String: tags.string,
        Number: tags.number,
        'Operator Pipe': tags.operator,
        Comment: tags.comment,
      }),
    ],
  }),
})

/** How a language is told apart in colours; Lucene's conditions look like those of KQL, pieces of ES|QL like those of EQL. */
export function grammarOf(language: QueryLanguageName): LanguageSupport {
  return new LanguageSupport(language === 'eql' || language === 'esql' ? eql : kuery)
}

/** The colours, by the tokens of the page. */
export const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.keyword, color: 'var(--bad)', fontWeight: '600' },
  { tag: tags.string, color: 'var(--ok)' },
  { tag: tags.number, color: 'var(--ok)' },
  { tag: tags.function(tags.variableName), color: 'var(--warn)' },
  { tag: tags.operator, color: 'var(--muted)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
])
