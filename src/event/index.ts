export * from './document.ts'
export * from './field-catalogue.ts'
export * from './index-pattern.ts'
