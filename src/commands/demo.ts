/**
 * `ringleader demo`: five real nodes on this machine. Knows nothing yet but how to say that it is not here.
 */

/** Resolves to the exit code. color: --color, --no-color or neither. */
export function demo(_options: { color: boolean | undefined }): Promise<number> {
  process.stdout.write('demo: failed: this build has no demo\n')
  return Promise.resolve(1)
}
