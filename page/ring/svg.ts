/** Makes SVG elements. Text is only ever set as text, styles only as attributes and classes. */

type Attributes = Readonly<Record<string, string | number>>

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly SVGElement[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  element.append(...children)
  return element
}

/** Sets text only where it changed: a layout is dear. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
