export * from './language.ts'
export * from './match/matcher.ts'
export * from './plan/filter-plan.ts'
