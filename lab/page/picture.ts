/**
 * The ring and the space-time diagram as one SVG file, which needs no style sheet.
 */

const kept = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-size',
  'font-weight',
  'font-family',
  'text-anchor',
  'visibility',
  'stroke-linecap',
  'paint-order',
] as const

function plain(source: SVGSVGElement): SVGSVGElement {
  const copy = source.cloneNode(true) as SVGSVGElement
  const from = source.querySelectorAll<SVGElement>('*')
  copy.querySelectorAll<SVGElement>('*').forEach((element, i) => {
    const original = from[i]
    if (!original) return
    const style = getComputedStyle(original)
    for (const name of kept) {
      const value = style.getPropertyValue(name)
      if (value !== '' && value !== 'none' && value !== 'normal') element.setAttribute(name, value)
      else if (name === 'fill' && value === 'none') element.setAttribute(name, value)
    }
    for (const name of ['class', 'tabindex', 'role', 'aria-label', 'aria-pressed'])
      element.removeAttribute(name)
  })
  return copy
}

export function pictureOf(): string {
  const ring = document.querySelector<SVGSVGElement>('svg.ring')
  const space = document.querySelector<SVGSVGElement>('svg.space')
  if (!ring || !space) return ''
  const background = getComputedStyle(document.body).backgroundColor
  const box = space.viewBox.baseVal
  const inner = (svg: SVGSVGElement): string =>
    new XMLSerializer().serializeToString(svg).replace(/^<svg[^>]*>|<\/svg>$/g, '')
  const height = Math.max(580, box.height + 40)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${600 + box.width} ${height}">` +
    `<rect width="100%" height="100%" fill="${background}"/>` +
    `<g transform="translate(10 10)">${inner(plain(ring))}</g>` +
    `<g transform="translate(590 ${(height - box.height) / 2})">${inner(plain(space))}</g></svg>\n`
  )
}
