/** Writes times for people: local, short. */

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

/** `12:41`, local; an author's clock that says nothing sensible is `--:--`. */
export function clockOf(time: string | number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? '--:--' : `${pad(date.getHours())}:${pad(date.getMinutes())}`
}

/** `12:41:07.042`. */
export function preciseClockOf(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return '--:--:--.---'
  return `${clockOf(ms)}:${pad(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** `Sunday, 29 November 2026` of `2026-11-29`, in the reader's language where `locale` is undefined. */
export function dayName(day: string, locale?: string): string {
  const date = new Date(`${day}T12:00:00`)
  if (Number.isNaN(date.getTime())) return day
  return date.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
}

/** `41 ms`, `1.2 s`, `3 min`. */
export function durationOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`
}
