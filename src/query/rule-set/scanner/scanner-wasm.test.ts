import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'vitest'

test('the scanner that is kept is the build of its source', async () => {
  const script = fileURLToPath(new URL('../../../../scripts/build-scanner.ts', import.meta.url))
  await promisify(execFile)(process.execPath, [script, '--check'])
})
