export * from './auth/token.ts'
export * from './bulk/lines.ts'
export * from './ingest.ts'
export * from './server.ts'
