export * from './document-store.ts'
export * from './event-store.ts'
export * from './store.ts'
