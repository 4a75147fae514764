/**
 * The shape of a protocol script's command.
 */

import type { Stage } from './stage.ts'

/** What a command does to the stage. `words`: those behind its name, which it may take out. */
type Command = (stage: Stage, words: string[]) => void

/** Commands by name. */
export type Commands = { readonly [name: string]: Command }
