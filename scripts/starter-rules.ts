import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { starterPack } from '../test/support/starter-pack.ts'
import { coveragePage } from './starter-rules/coverage-page.ts'

const usage = `Usage: node scripts/starter-rules.ts [--write]

Prints the page that lists the rules of rules/, what each sees and which techniques of ATT&CK that covers.

  --write   write it to docs/reference/starter-rules.md instead`

const [option] = process.argv.slice(2)
if (option === '--write') {
  const target = fileURLToPath(new URL('../docs/reference/starter-rules.md', import.meta.url))
  writeFileSync(target, coveragePage(starterPack()))
} else if (option === undefined) {
  console.log(coveragePage(starterPack()))
} else {
  console.log(usage)
  process.exit(option === '--help' || option === '-h' ? 0 : 2)
}
