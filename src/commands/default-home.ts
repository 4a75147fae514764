/**
 * The folder where a node keeps its key and rooms unless --home names another (cli.md).
 */

import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** The home of the node that listens on `port`: in the place where the system keeps a user's data. */
export function defaultHome(
  port: number,
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const xdg = env['XDG_DATA_HOME']
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'ringleader', String(port))
  const own = homedir()
  const data =
    platform === 'darwin'
      ? join(own, 'Library', 'Application Support')
      : platform === 'win32'
        ? (env['LOCALAPPDATA'] ?? join(own, 'AppData', 'Local'))
        : join(own, '.local', 'share')
  return join(data, 'ringleader', String(port))
}
