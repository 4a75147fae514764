/**
 * Draws a ring of names in plain characters.
 */

/** From each one's next: the names in ring order from `first` on; undefined unless it is one ring of all. */
export function walkRing(first: string, next: ReadonlyMap<string, string | undefined>): string[] | undefined {
  const order: string[] = []
  for (let name: string | undefined = first; name !== undefined; name = next.get(name)) {
    if (name === first && order.length > 0) return order.length === next.size ? order : undefined
    if (order.includes(name)) return undefined
    order.push(name)
  }
  return undefined
}

/**
 * Three lines. `order` is clockwise; `paint` may colour a name, which has a star behind it when it leads.
 *
 *     .--> Ann* --> Bob --> Cleo --.
 *     |                            |
 *     '----- Eve <----- Dan <------'
 */
export function drawRing(
  order: readonly string[],
  leader: string | undefined,
  paint: (name: string) => string = (name) => name,
): string[] {
  const half = Math.ceil(order.length / 2)
  const top = order.slice(0, half)
  const bottom = order.slice(half).reverse()
  const mark = (name: string): string => (name === leader ? '*' : '')
  const widthOf = (row: readonly string[]): number =>
    row.reduce((width, name) => width + name.length + mark(name).length, 0)
  const show = (name: string): string => paint(name) + mark(name)
  const topWidth = widthOf(top) + 5 * (top.length - 1)
  const bottomWidth = widthOf(bottom) + 5 * Math.max(0, bottom.length - 1)
  // Without names the upper row takes 7 characters between its corners, the lower one 8.
  const inner = Math.max(topWidth + 7, bottomWidth + 8)
  const topFill = '-'.repeat(inner - 7 - topWidth)
  const bottomFill = inner - 8 - bottomWidth
  const left = '-'.repeat(Math.floor(bottomFill / 2))
  const right = '-'.repeat(Math.ceil(bottomFill / 2))
  return [
    `.--> ${top.map(show).join(' --> ')} --${topFill}.`,
    `|${' '.repeat(inner)}|`,
    bottom.length > 0
      ? `'---${left} ${bottom.map(show).join(' <-- ')} <--${right}'`
      : `'${'-'.repeat(inner)}'`,
  ]
}
