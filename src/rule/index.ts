export * from './exception-list.ts'
export * from './rule.ts'
