// What comes late at the page, twice, or in another order than it was asked for: keys that are held, answers that overtake
// one another, tabs that nobody sees, lists that grow while one looks.
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, openPage, skip } from './browser.ts'

let browser: Browser
before(async () => {
  if (skip === false) browser = await launch()
})
after(() => (skip === false ? browser.close() : undefined))

const panelOf = (page: Page) => page.getByRole('complementary', { name: 'Node' })
const nodeOf = (page: Page, name: string) => page.locator('.node', { hasText: name }).locator('.hit')
const field = (page: Page) => page.getByRole('textbox', { name: 'Message' })

/** What has the focus, as a person would call it. */
function focused(page: Page): Promise<string> {
  return page.evaluate(
    'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
  )
}

/** How far a list is from its end. Unit: px. */
function fromEnd(page: Page, list: string): Promise<number> {
  return page.evaluate(`{
    const element = document.querySelector('${list}')
    element.scrollHeight - element.scrollTop - element.clientHeight
  }`)
}

/** Resolves when it holds; fails at the deadline. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, what)
    await wait(50)
  }
}

/** As when another tab is chosen: there are no frames. Headless browsers hide no page. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`{
    window.framesHeld ??= []
    window.realFrame ??= requestAnimationFrame.bind(window)
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} })
    document.hasFocus = () => !document.hidden
    window.requestAnimationFrame = (run) =>
      document.hidden ? framesHeld.push(run) : realFrame((at) => (document.hidden ? framesHeld.push(run) : run(at)))
    if (${isHidden}) dispatchEvent(new Event('blur'))
    document.dispatchEvent(new Event('visibilitychange'))
    if (!${isHidden}) for (const run of framesHeld.splice(0)) realFrame(run)
  }`)
}

async function searchFor(page: Page, words: string, count: number): Promise<void> {
  await page.keyboard.press('s')
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  const found = page.locator('.found button')
  for (let pages = 1; pages * 20 < count; pages++) {
    await found.nth(pages * 20 - 1).waitFor()
    await page.getByRole('button', { name: 'Search further back' }).click()
  }
  await found.nth(count - 1).waitFor()
}

test('a tab that is left during an election shows the ring as it is afterwards', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  fixture.tell(...fixture.room.kill(fixture.room.leader, 1))
  await page.locator('.word').first().waitFor()
  await setHidden(page, true)
  fixture.tell(...fixture.room.heartbeat())
  await page.evaluate('new Promise((done) => setTimeout(done, 100))')
  await setHidden(page, false)
  fixture.tell(...fixture.room.kill(fixture.room.leader, 1))
  const { name } = fixture.room.nameOf(fixture.room.leader)
  // Elections are shown slowly.
  await page.locator('.node.leader', { hasText: name }).waitFor({ timeout: 40_000 })
})

test('the title counts also when the page is left in the middle of a change', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  await setHidden(page, false)
  await page.evaluate(`(async () => {
    const element = document.querySelector('textarea')
    for (const value of ['x', 'xy', 'xyz']) {
      element.value = value
      element.dispatchEvent(new InputEvent('input', { bubbles: true }))
      await null
    }
  })()`)
  await setHidden(page, true)
  for (let i = 0; i < 3; i++) fixture.tell(...fixture.room.say(fixture.room.leader, `unseen ${i}`).events)
  await until('(3) in the title', async () => (await page.title()).startsWith('(3)'))
})

test('the log of the ring stays at its end in a burst', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  for (let i = 0; i < 60; i++) {
    fixture.tell(...fixture.room.say(fixture.room.members[i % 5]?.id ?? '', `burst ${i}`).events)
    await wait(20)
  }
  await page.locator('.transcript .message', { hasText: 'burst 59' }).waitFor()
  await until('at the end', async () => (await fromEnd(page, '.ring-log .lines')) < 30)
  // It stays where somebody has scrolled to.
  await page.locator('.ring-log .lines').hover()
  await page.mouse.wheel(0, -400)
  await until('scrolled', async () => (await fromEnd(page, '.ring-log .lines')) > 100)
  fixture.tell(...fixture.room.say(fixture.room.leader, 'one more').events)
  await page.locator('.transcript .message', { hasText: 'one more' }).waitFor()
  await wait(500)
  assert.ok((await fromEnd(page, '.ring-log .lines')) > 100)
})

test('a found message is gone to while others come', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser, { history: 400 })
  await searchFor(page, 'cake', 16)
  fixture.chatter(60)
  for (let i = 0; i < 6; i++) {
    await page
      .locator('.found button')
      .nth(10 + (i % 5))
      .click()
    await page.locator('.message.picked').waitFor()
    await wait(300)
    assert.equal(await page.locator('.message.picked').count(), 1, `lost at ${i}`)
    await page.getByRole('button', { name: '↓ newest' }).click()
    await until('at the end', async () => (await fromEnd(page, '.transcript')) < 48)
  }
})

test('of two messages that are gone to the last one counts', { skip }, async (t) => {
  const { page } = await openPage(t, browser, { history: 3000 })
  await searchFor(page, 'cake', 120)
  await page.route('**/messages*', async (route) => {
    await wait(200)
    await route.continue()
  })
  const found = page.locator('.found button')
  await found.nth(119).click()
  await found.nth(118).click()
  await page.locator('.message.picked', { hasText: 'cake' }).waitFor()
  assert.equal(await page.getByRole('dialog').count(), 0)
  const far = await page.locator('.message.picked').getAttribute('data-id')
  await found.nth(0).click()
  await until(
    'the newest',
    async () => (await page.locator('.message.picked').getAttribute('data-id')) !== far,
  )
})

test('the newest search wins, and goes on with its own words', { skip }, async (t) => {
  const { page } = await openPage(t, browser, { history: 400 })
  let isFirst = true
  const asked: string[] = []
  await page.route('**/search*', async (route) => {
    asked.push(new URL(route.request().url()).searchParams.get('words') ?? '')
    const waitMs = isFirst ? 600 : 0
    isFirst = false
    await wait(waitMs)
    await route.continue().catch(() => undefined)
  })
  await page.keyboard.press('s')
  await page.keyboard.type('cake')
  await page.keyboard.press('Enter')
  const words = page.locator('input[type=search]')
  await words.fill('lunch')
  await page.keyboard.press('Enter')
  await page.locator('.found button', { hasText: 'lunch' }).first().waitFor()
  await wait(800)
  assert.equal(await page.locator('.found button', { hasText: 'cake' }).count(), 0)
  await words.fill('')
  await page.getByRole('button', { name: 'Search further back' }).click()
  await page.locator('.found button').nth(20).waitFor()
  assert.deepEqual(asked, ['cake', 'lunch', 'lunch'])
})

test('a key that is held down is pressed once', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  const hold = async (key: string): Promise<void> => {
    for (let i = 0; i < 6; i++) {
      await page.keyboard.down(key)
      await wait(30)
    }
    await page.keyboard.up(key)
  }
  const theme = () => page.locator('html').getAttribute('data-theme')
  const was = await theme()
  await hold('d')
  assert.notEqual(await theme(), was)
  await page.keyboard.press('t')
  await page.keyboard.press('ArrowUp')
  await page.locator('.message.picked').waitFor()
  await hold('Enter')
  await page.getByRole('dialog', { name: 'Record of a message' }).waitFor()
  assert.equal(fixture.asked.filter((path) => path === '/record').length, 1)
  await page.keyboard.press('Escape')
  await page.keyboard.press('r')
  await hold('Enter')
  await panelOf(page).waitFor()
  // It changes the name once, and does not open the dialog again.
  await page.getByRole('button', { name: 'Bob', exact: true }).click()
  await page.getByRole('dialog', { name: 'Change your name' }).waitFor()
  await page.keyboard.type('Rob')
  await hold('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.equal(fixture.asked.filter((path) => path === '/do').length, 1)
  // Where one types it is a letter each time.
  await page.keyboard.press('/')
  await hold('d')
  assert.equal(await field(page).inputValue(), 'dddddd')
})

test('Escape right behind the key that opens a dialog closes it', { skip }, async (t) => {
  const { page } = await openPage(t, browser)
  const tools = await page.context().newCDPSession(page)
  await tools.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('?')
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
  }
})

test('what an input method takes is no key of the page', { skip }, async (t) => {
  const { page } = await openPage(t, browser)
  const compose = (key: string, isComposing: boolean): Promise<void> =>
    page.evaluate(
      `void document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', isComposing: ${isComposing}, keyCode: 229, bubbles: true, cancelable: true }))`,
    )
  await page.keyboard.press('s')
  await compose('Escape', true)
  await page.locator('.search').waitFor()
  await field(page).fill('ni')
  await compose('Escape', true)
  assert.equal(await focused(page), 'Message')
  // So Safari sends the Enter that ends a composition.
  await compose('Enter', false)
  assert.equal(await field(page).inputValue(), 'ni')
})

test('one Escape closes one thing', { skip }, async (t) => {
  const { page } = await openPage(t, browser)
  await nodeOf(page, 'Eve').click()
  await searchFor(page, 'cake', 1)
  await page.locator('.found button').first().focus()
  await page.keyboard.press('Escape')
  await page.locator('.search').waitFor({ state: 'detached' })
  assert.equal(await panelOf(page).count(), 1)
  assert.equal(await focused(page), 'Message')
})

test(
  'the buttons of a node: the keys go on at the next one, and answers stay with their node',
  { skip },
  async (t) => {
    const { page, fixture } = await openPage(t, browser, { isDemo: true })
    await nodeOf(page, 'Eve').click()
    const panel = panelOf(page)
    // An answer that comes late does not undo what was done meanwhile.
    let isFirst = true
    await page.route('**/about', async (route) => {
      const answer = await route.fetch()
      const body = await answer.text()
      const waitMs = isFirst ? 700 : 0
      isFirst = false
      await wait(waitMs)
      await route.fulfill({ response: answer, body })
    })
    fixture.tell({ type: 'notice', text: 'Eve: hello' })
    await until('asked', () => Promise.resolve(!isFirst))
    await panel.getByRole('button', { name: 'Freeze' }).focus()
    await page.keyboard.press('Enter')
    await panel.getByText('Frozen:').waitFor()
    await until('the next button', async () => (await focused(page)) === 'Thaw')
    await wait(1000)
    assert.ok(await panel.getByRole('button', { name: 'Thaw' }).isEnabled())
    await page.route('**/act', async (route) => {
      await wait(300)
      await route.fulfill({
        status: 400,
        contentType: 'application/json',
        body: '{"error":"Eve cannot be thawed"}',
      })
    })
    await page.keyboard.press('Enter')
    await nodeOf(page, 'Cem').click()
    await wait(600)
    assert.doesNotMatch((await panel.textContent()) ?? '', /thawed/)
  },
)
