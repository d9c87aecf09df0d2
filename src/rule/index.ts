export * from './check-rule.ts'
export { maxThresholdFields } from './check-threshold.ts'
export * from './exception-codec.ts'
export * from './exception-list.ts'
export * from './exceptions.ts'
export * from './format.ts'
export * from './formats.ts'
export * from './ip-range.ts'
export * from './read-rules.ts'
export * from './rule-codec.ts'
export * from './rule-tests.ts'
export * from './rule.ts'
export * from './schedule.ts'
export * from './short-look-back.ts'
export * from './text-diff.ts'
export {
  pathText,
  type FileDiagnostic,
  type MemberPath,
  type RuleLocator,
} from './wire/member-path.ts'
