// Asks axe-core about a page.
import axe from 'axe-core'
import type { Page } from 'playwright-core'

type Violation = { id: string; impact?: string | null; nodes: { html: string }[] }
type Axe = { run: () => Promise<{ violations: Violation[] }> }

/** What it finds that is serious or critical, as lines. */
export async function seriousIn(page: Page): Promise<string[]> {
  // Evaluated through the debugger: the page itself allows no such script.
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    const found = await axe.run()
    return found.violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      html: nodes.map(({ html }) => html),
    }))
  })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, html }) => `${id}: ${html.slice(0, 4).join(' ')}`)
}
