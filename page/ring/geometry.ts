/** Where things stand in the picture of a ring: points, and the curves between them. Unit: units of the picture. */

export type Point = { readonly x: number; readonly y: number }
/** A quadratic curve. */
export type Curve = { readonly from: Point; readonly control: Point; readonly to: Point }

/** The picture is a square of this size around (0, 0); nodes stand on a circle of this radius. */
export const pictureSize = 640
const ringRadius = 205

/** Place `index` of `count` on the circle: the first at the top, then clockwise. */
export function placeOf(index: number, count: number): Point {
  const angle = (index / Math.max(count, 1)) * 2 * Math.PI - Math.PI / 2
  return { x: Math.cos(angle) * ringRadius, y: Math.sin(angle) * ringRadius }
}

/** Radius of a node, so that neighbours do not touch. */
export function nodeRadius(count: number): number {
  const room = ringRadius * Math.sin(Math.PI / Math.max(count, 2)) * 0.5
  return Math.max(6, Math.min(27, room))
}

/** A link of the ring: along the circle to the next place, a little bent where it goes further. */
export function ringCurve(from: Point, to: Point): Curve {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const chord = Math.hypot(dx, dy)
  if (chord < 1) return { from, control: from, to }
  const half = Math.min(chord / 2 / ringRadius, 1)
  const height = ringRadius * (1 - Math.sqrt(1 - half * half))
  // Clockwise neighbours have the outside of the circle on their left.
  const outward = { x: dy / chord, y: -dx / chord }
  const bend = height * 2
  return {
    from,
    control: { x: (from.x + to.x) / 2 + outward.x * bend, y: (from.y + to.y) / 2 + outward.y * bend },
    to,
  }
}

/** A link to the leader: straight. */
export function starCurve(from: Point, to: Point): Curve {
  return { from, control: { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, to }
}

/** The point at share t of the curve, 0 to 1. */
export function pointOn({ from, control, to }: Curve, t: number): Point {
  const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t]
  return { x: a * from.x + b * control.x + c * to.x, y: a * from.y + b * control.y + c * to.y }
}

/** Which way the curve goes there. Unit: degrees. */
export function directionOn({ from, control, to }: Curve, t: number): number {
  const dx = (1 - t) * (control.x - from.x) + t * (to.x - control.x)
  const dy = (1 - t) * (control.y - from.y) + t * (to.y - control.y)
  return (Math.atan2(dy, dx) * 180) / Math.PI
}

/** The curve as SVG writes it. */
export function pathOf({ from, control, to }: Curve): string {
  const n = (value: number): string => value.toFixed(1)
  return `M${n(from.x)} ${n(from.y)}Q${n(control.x)} ${n(control.y)} ${n(to.x)} ${n(to.y)}`
}

/** Slow at both ends. */
export function eased(t: number): number {
  return t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t)
}
