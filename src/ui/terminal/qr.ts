/**
 * Draws a text as a QR code, in half blocks: two rows of it are one line.
 */

/** Empty modules around the code. Four are asked for, and two do for every reader that was tried. */
const border = 2

/** ground: what a space shows on the terminal. A code is dark on a light ground, so the other half of it is drawn. */
export async function drawQr(text: string, ground: 'dark' | 'light' = 'dark'): Promise<string[]> {
  const { encode } = await import('uqr')
  const { data } = encode(text, { border, boostEcc: true })
  const isInk = (row: number, column: number): boolean =>
    (data[row]?.[column] ?? false) === (ground === 'light')
  const lines: string[] = []
  for (let row = 0; row < data.length; row += 2) {
    const line = data[row]?.map((_, column) => {
      const [upper, lower] = [isInk(row, column), isInk(row + 1, column)]
      if (upper && lower) return '\u2588'
      return upper ? '\u2580' : lower ? '\u2584' : ' '
    })
    lines.push(line?.join('') ?? '')
  }
  return lines
}
