// Fills in the project's public address. It stands in package.json alone (homepage, repository, bugs), and
// is absent until there is one; publishing without it is refused.
// Usage: npm run address -- https://example.org/owner/ringleader; with --check it only looks.
import { readFileSync, writeFileSync } from 'node:fs'

const usage = 'npm run address -- https://HOST/OWNER/NAME'
const given = process.argv[2] ?? ''
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

if (given === '--check') {
  const missing = ['homepage', 'repository', 'bugs'].filter((field) => !manifest[field])
  if (missing.length > 0) fail(`package.json has no ${missing.join(', ')}: ${usage}`)
} else {
  const address = given.replace(/(\.git)?\/*$/, '')
  if (!/^https:\/\/[^\s/?#]+(\/[^\s/?#]+)+$/.test(address))
    fail(`not the address of a project: "${given}"; usage: ${usage}`)
  const fields = {
    homepage: `${address}#readme`,
    repository: { type: 'git', url: `git+${address}.git` },
    bugs: { url: `${address}/issues` },
  }
  const rest = Object.entries(manifest).filter(([name]) => !(name in fields))
  const at = rest.findIndex(([name]) => name === 'license') + 1
  const filled = Object.fromEntries([...rest.slice(0, at), ...Object.entries(fields), ...rest.slice(at)])
  writeFileSync('package.json', `${JSON.stringify(filled, undefined, 2)}\n`)
}

function fail(why) {
  console.error(why)
  process.exit(1)
}
