/** Paints what a key opens before the next key is read, so that it has the focus by then. */

import { options } from 'preact'

/** Runs what changes the state of components, and renders that at once. */
export function paintNow(change: () => void): void {
  let render: (() => void) | undefined
  // Nothing else on the page sets it.
  options.debounceRendering = (flush) => void (render = flush)
  try {
    change()
    render?.()
  } finally {
    delete options.debounceRendering
  }
}
