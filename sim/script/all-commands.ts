/**
 * All commands of protocol scripts by name. docs/scripts.md explains each.
 */

import type { Commands } from './command.ts'
import { faultCommands } from './fault-commands.ts'
import { flightCommands } from './flight-commands.ts'
import { liarCommands } from './liar-commands.ts'
import { machineCommands } from './machine-commands.ts'
import { roomCommands } from './room-commands.ts'
import { showCommands } from './show-commands.ts'
import { waitingCommands } from './waiting-commands.ts'

export const commands: Commands = {
  ...roomCommands,
  ...waitingCommands,
  ...showCommands,
  ...faultCommands,
  ...flightCommands,
  ...machineCommands,
  ...liarCommands,
}
