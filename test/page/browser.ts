// Drives Debian's chromium, where there is one.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import type { FixtureOptions } from './fixture-server.ts'
import { Fixture } from './fixture-server.ts'

const program = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find((file) => existsSync(file))

/** Why browser tests cannot run here, or false: as `skip` of a test wants it. */
export const skip = program === undefined ? 'no chromium here: apt-get install chromium' : false

/** A room on paper, and the page of it in a browser; both end with the test. Errors of the page fail the test. */
export async function openPage(
  t: TestContext,
  browser: Browser,
  options: FixtureOptions = {},
  context: BrowserContextOptions = {},
): Promise<{ page: Page; fixture: Fixture }> {
  const fixture = await Fixture.start(options)
  const errors: string[] = []
  const opened = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...context })
  t.after(async () => {
    await opened.close()
    await fixture.close().catch(() => undefined)
    assert.deepEqual(errors, [])
  })
  const page = await opened.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    // That a request failed is what some tests are about.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      errors.push(message.text())
  })
  await page.goto(fixture.url)
  await page.locator('.message').last().waitFor()
  return { page, fixture }
}

export async function launch(): Promise<Browser> {
  assert.ok(program)
  // The sandbox needs user namespaces, which root in a container often lacks. The page is our own.
  return chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
}
