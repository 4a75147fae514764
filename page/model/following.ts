/**
 * Whether a list that grows at its end is followed there. One begins at the end, and stays until one scrolls up. The browser tells a
 * scroll a frame later, when the list may have grown again: being far from the end is no sign that somebody scrolled.
 */

/** As an element says it. Unit: px. */
type Scrolled = { readonly scrollTop: number; readonly scrollHeight: number; readonly clientHeight: number }

export class Following {
  isOn = true
  /** So near to the end counts as there. Unit: px. */
  readonly #nearPx: number
  #top = 0

  constructor(nearPx: number) {
    this.#nearPx = nearPx
  }

  /** The browser says that it was scrolled, by whomever. */
  scrolled(element: Scrolled): void {
    this.isOn = this.#isNear(element) || (this.isOn && element.scrollTop >= this.#top)
    this.#top = element.scrollTop
  }

  /** The page itself has scrolled to the end. */
  moved({ scrollTop }: Scrolled): void {
    this.#top = scrollTop
  }

  /** The page itself has gone to a place in the list. */
  wentTo(element: Scrolled): void {
    this.isOn = this.#isNear(element)
    this.#top = element.scrollTop
  }

  #isNear({ scrollTop, scrollHeight, clientHeight }: Scrolled): boolean {
    return scrollHeight - scrollTop - clientHeight < this.#nearPx
  }
}
