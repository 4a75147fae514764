// Serves the page with a room on paper, to work on it: node build/test/page/fixture-program.js [port] [nodes] [history].
import { Fixture } from './fixture-server.ts'

const [port = 8400, nodes = 5, history = 2000] = process.argv.slice(2).map(Number)
const fixture = await Fixture.start({ port, nodes, history, isDemo: true })
fixture.chatter(0.5)
process.stdout.write(`${fixture.url}\n`)
