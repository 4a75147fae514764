/**
 * Connects a chat at a prompt with the settings in its home. Pipes keep nothing.
 */

import { readSettings, writeSettings } from '../store/home/settings.ts'
import type { ChatRun } from '../ui/terminal/chat-run.ts'

/** home false: nothing is kept. Resolves before the room is opened, so that its first line is shown as it should be. */
export async function useSettings(run: ChatRun, home: string | false): Promise<void> {
  if (!run.hasPrompt || home === false) return
  const { settings, note } = await readSettings(home)
  if (note !== undefined) run.warn(note)
  run.useSettings(settings, (changed) => writeSettings(home, changed))
}
