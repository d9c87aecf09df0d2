export * from './integration.ts'
export * from './integrations.ts'
