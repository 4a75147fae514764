/**
 * The bars of a comparison as SVG. Its colours suit light and dark pages, and each bar has its number beside it.
 */

export type Bar = { readonly name: string; readonly value: number; readonly isOwn: boolean }

const [width, rowHeight, nameWidth, numberWidth, top] = [760, 26, 150, 110, 34]

/** `title`: what is measured, with its unit. `below`: one line of small print. */
export function drawBars(
  bars: readonly Bar[],
  title: string,
  below: string,
  show: (value: number) => string,
): string {
  const most = Math.max(...bars.map(({ value }) => value))
  const rows = bars.map(({ name, value, isOwn }, row) => {
    const y = top + row * rowHeight
    const length = Math.max(1, (value / most) * (width - nameWidth - numberWidth))
    const weight = isOwn ? ' font-weight="bold"' : ''
    return (
      `<text x="${nameWidth - 8}" y="${y + 16}" text-anchor="end"${weight}>${escape(name)}</text>` +
      `<rect x="${nameWidth}" y="${y + 3}" width="${length.toFixed(1)}" height="${rowHeight - 8}" rx="3" fill="${isOwn ? '#d97706' : '#7d8da1'}"/>` +
      `<text x="${(nameWidth + length + 8).toFixed(1)}" y="${y + 16}"${weight}>${escape(show(value))}</text>`
    )
  })
  const height = top + bars.length * rowHeight + 26
  const words = bars.map(({ name, value }) => `${name} ${show(value)}`).join(', ')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(`${title}: ${words}`)}" font-family="system-ui, sans-serif" font-size="13">`,
    '<style>text { fill: #1f2937 } @media (prefers-color-scheme: dark) { text { fill: #e5e7eb } }</style>',
    `<text x="8" y="20" font-size="15">${escape(title)}</text>`,
    ...rows,
    `<text x="8" y="${height - 8}" font-size="11">${escape(below)}</text>`,
    '</svg>\n',
  ].join('\n')
}

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
