/** Whether a key pressed there is text. */
export function isTyping(target: EventTarget | null): target is HTMLTextAreaElement | HTMLInputElement {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox')
  )
}

/** Whether a key belongs to an input method that composes a character: it means nothing else. Safari shows the last one only by its code. */
export function isComposing({ isComposing: isPart, keyCode }: KeyboardEvent): boolean {
  return isPart || keyCode === 229
}

/** From now on a key that is held down is pressed once, but where it types, moves or scrolls. Returns how to end that. */
export function pressKeysOnce(): () => void {
  const look = (event: KeyboardEvent): void => {
    const { key, target } = event
    const types = key === 'Enter' ? target instanceof HTMLTextAreaElement : key === ' ' || isTyping(target)
    if (!event.repeat || types || (key !== 'Enter' && key.length > 1)) return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  addEventListener('keydown', look, true)
  return () => removeEventListener('keydown', look, true)
}
