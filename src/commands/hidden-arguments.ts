/**
 * Hides the arguments of this process from `ps` where an invitation may be among them: it holds the key of a room. To be imported
 * before anything else: until then, which is while Node.js starts, they are seen. On Windows they stay; and what a shell
 * keeps in its history is beyond this program, so `ringleader join` without an argument asks.
 */

import { argv } from 'node:process'

// On Linux and macOS the title takes the place of the arguments.
if (argv.includes('join')) process.title = 'ringleader join'
