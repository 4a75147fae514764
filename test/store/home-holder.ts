/** A process to be killed: holds the home at argv[2] and says so. */

import { openHome } from '../../src/store/home/home.ts'

const home = await openHome(process.argv[2]!)
process.stdout.write(`${home.inc}\n`)
setInterval(() => undefined, 60_000)
