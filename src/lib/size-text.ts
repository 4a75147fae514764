/**
 * Writes sizes for people.
 */

const units = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** `1.2 MB`, in powers of 1000. */
export function sizeText(bytes: number): string {
  if (bytes === 1) return '1 byte'
  let [value, unit] = [bytes, 0]
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1).replace('.0', '')} ${units[unit]}`
}
