/**
 * Days and times as people type them, in the time zone of this machine.
 */

/** From `since` on, and before `until`. */
export type Span = { readonly since: Date; readonly until: Date }

const dayShape = /^(\d{4})-(\d{1,2})-(\d{1,2})$/
const timeShape = /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/
const zonedShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i

/** The day that is meant by 2026-11-01, today or yesterday; undefined: none. */
export function dayOf(word: string, now = new Date()): Span | undefined {
  const typed = word.trim().toLowerCase()
  const [year, month, date] = [now.getFullYear(), now.getMonth(), now.getDate()]
  if (typed === 'today') return span(year, month, date)
  if (typed === 'yesterday') return span(year, month, date - 1)
  const given = dayShape.exec(typed)?.slice(1).map(Number)
  if (!given) return undefined
  const [y = 0, m = 0, d = 0] = given
  const found = span(y, m - 1, d)
  // 2026-02-30 would be a day in March.
  return isDay(found.since, y, m, d) ? found : undefined
}

/** The moment that is meant by a day, or by 2026-11-01 12:30, or that with a time zone. `edge`: of a day. */
export function momentOf(word: string, edge: 'since' | 'until', now = new Date()): Date | undefined {
  const typed = word.trim()
  const day = dayOf(typed, now)
  if (day) return day[edge]
  if (zonedShape.test(typed)) {
    const moment = new Date(typed)
    return Number.isFinite(moment.getTime()) ? moment : undefined
  }
  const given = timeShape
    .exec(typed)
    ?.slice(1)
    .map((part) => Number(part ?? 0))
  if (!given) return undefined
  const [y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0] = given
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const moment = new Date(y, m - 1, d, hour, minute, second)
  return isDay(moment, y, m, d) ? moment : undefined
}

function span(year: number, month: number, day: number): Span {
  return { since: new Date(year, month, day), until: new Date(year, month, day + 1) }
}

function isDay(date: Date, year: number, month: number, day: number): boolean {
  return date.getFullYear() === year && date.getMonth() === month - 1 && date.getDate() === day
}
