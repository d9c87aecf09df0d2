import type { Diagnostic, JsonObject } from '#base'
import type { ExceptionItem, ExceptionList } from './exception-list.ts'
import type { Rule } from './rule.ts'
import type { FileDiagnostic, RuleLocator } from './wire/member-path.ts'

/** What a file of rules holds. */
export interface RuleFile {
  /** Rules without errors, in the order of the file. */
  readonly rules: readonly Rule[]
  /** Exception items that came along (exports carry the lists of their rules). */
  readonly exceptions: readonly ExceptionItem[]
  /** The lists that those items belong to. */
  readonly exceptionLists: readonly ExceptionList[]
  /** Objects of kinds that are no concern of rules (connectors), as they came. */
  readonly others: readonly JsonObject[]
}

/** What was read from a file, and everything that was wrong with it. */
export interface RuleFileReading extends RuleFile {
  /** Sorted by position. At most 100 for each rule. */
  readonly diagnostics: readonly FileDiagnostic[]
  /** Where each rule's members stand, in the order of `rules`: for checks that come later. */
  readonly locators: readonly RuleLocator[]
}

/** A file's text, and what the format could not say. */
export interface RuleFileText {
  readonly text: string
  readonly diagnostics: readonly Diagnostic[]
}

/** One way in which rules are written down. */
export interface RuleFormat {
  readonly id: RuleFormatId
  readonly title: string
  /** Endings of file names, with the dot. */
  readonly extensions: readonly string[]
  /** Whether a file may hold more than one rule, and exceptions. */
  readonly holdsMany: boolean
  /** Everything in a text. Never throws for what the text says; one bad rule does not stop the others. */
  read(text: string, options: { readonly path: string }): RuleFileReading
  /** A text that reads back as the same. Throws an `invalid` fault for more rules than the format holds. */
  write(file: RuleFile): RuleFileText
}

/** Names of the formats. */
export type RuleFormatId = 'elastic-toml' | 'kibana-ndjson'

/** A file of rules alone. */
export function rulesOnly(rules: readonly Rule[]): RuleFile {
  return { rules, exceptions: [], exceptionLists: [], others: [] }
}
