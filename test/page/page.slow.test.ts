// The page in a real browser, on a room on paper: chatting, a death, a long history, keys alone, narrow windows.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seriousIn } from './axe.ts'
import type { Browser, Page } from 'playwright-core'
import { launch, openPage, skip } from './browser.ts'
import { Fixture } from './fixture-server.ts'
import { savePicture } from './picture.ts'

let browser: Browser
before(async () => {
  if (skip === false) browser = await launch()
})
after(() => (skip === false ? browser.close() : undefined))

/** PICTURES=1: docs/images/ gets new ones. */
const pictures = process.env['PICTURES'] === '1'

async function takePictures(page: Page): Promise<void> {
  const theme = () => page.locator('html').getAttribute('data-theme')
  for (let i = 0; i < 2; i++) {
    await page.locator('.word').first().waitFor()
    await savePicture(page, `docs/images/page-${await theme()}.webp`)
    await page.keyboard.press('d')
    await page.locator('.word', { hasText: 'pass on' }).first().waitFor()
  }
}

const messages = (page: Page) => page.locator('.transcript .message')
const field = (page: Page) => page.getByRole('textbox', { name: 'Message' })

async function titleIs(page: Page, title: string): Promise<void> {
  const until = Date.now() + 10_000
  while ((await page.title()) !== title && Date.now() < until)
    await page.evaluate('new Promise((done) => requestAnimationFrame(done))')
  assert.equal(await page.title(), title)
}

test('a message is said, shown as sent, and heard', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  await field(page).fill('hello, all\nof you')
  await field(page).press('Enter')
  const own = messages(page).filter({ hasText: 'hello, all' })
  await own.getByLabel('sent').waitFor()
  assert.equal(await field(page).inputValue(), '')
  // A letter and Enter within one frame: nothing is left out, and nothing is said twice.
  await page.evaluate(`{
    const element = document.querySelector('textarea')
    element.value = 'quick'
    element.dispatchEvent(new InputEvent('input', { bubbles: true }))
    for (let i = 0; i < 2; i++)
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
  }`)
  await messages(page).filter({ hasText: 'quick' }).getByLabel('sent').waitFor()
  assert.equal(await messages(page).filter({ hasText: 'quick' }).count(), 1)
  await field(page).fill('/me waves')
  await field(page).press('Enter')
  await page.locator('.message.action', { hasText: '* Bob waves' }).waitFor()
  fixture.tell(...fixture.room.say(fixture.room.leader, 'Bob: look at https://example.org/').events)
  const mention = page.locator('.message.mention')
  const link = mention.getByRole('link')
  assert.equal(await link.getAttribute('href'), 'https://example.org/')
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow')
  await page.getByRole('status').filter({ hasText: 'Ann: Bob: look' }).waitFor({ state: 'attached' })
  await mention.getByRole('button', { name: /show its record/ }).click()
  await page.getByRole('dialog', { name: 'Record of a message' }).getByText('stamper').waitFor()
})

test('what the node does not take is kept, and sent again', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  fixture.sayFails = 'the disk is full'
  await field(page).fill('important')
  await field(page).press('Enter')
  await page.getByText('Not sent: the disk is full').waitFor()
  fixture.sayFails = undefined
  await page.getByRole('button', { name: 'Send again' }).click()
  await messages(page).filter({ hasText: 'important' }).getByLabel('sent').waitFor()
  // What is typed survives a new load, and what is too long is not sent.
  await field(page).fill('ä'.repeat(40_000))
  await field(page).press('Enter')
  await page.getByText('at most 65,536 bytes; this one has 80,000').waitFor()
  await page.reload()
  assert.equal((await field(page).inputValue()).length, 40_000)
})

test('a death is seen: the ring closes, tokens go round, the largest is crowned', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  const node = (name: string) => page.locator('.node', { hasText: name })
  await page.locator('.node.leader', { hasText: 'Ann' }).waitFor()
  assert.equal(await page.locator('.ring-link').count(), 5)
  fixture.tell(...fixture.room.kill(fixture.room.leader, 1))
  await page.locator('.word', { hasText: '9d07 < c2d4: replaced' }).waitFor()
  if (pictures) await takePictures(page)
  await page.locator('.word.elected', { hasText: 'c2d4 = c2d4: elected' }).waitFor({ timeout: 20_000 })
  await page.locator('.node.leader', { hasText: 'Cem' }).waitFor({ timeout: 20_000 })
  assert.equal(await page.locator('.ring-link').count(), 4)
  assert.equal(await node('Ann').count(), 0)
  await page.locator('section.election', { hasText: 'Cem c2d4 won' }).waitFor()
  // A pause stops the view alone.
  await page.getByRole('button', { name: 'Pause' }).click()
  fixture.tell(...fixture.room.say(fixture.room.self, 'while paused').events)
  await page.getByText(/The ring goes on: [1-9]\d* events/).waitFor()
  await messages(page).filter({ hasText: 'while paused' }).waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.locator('.behind', { hasText: /^$/ }).waitFor({ state: 'attached' })
  await node('Eve').locator('.hit').click()
  await page.getByRole('complementary', { name: 'Node' }).getByText('following').waitFor()
})

test(
  'the panel of a node covers none, its buttons keep their place, and a dead node is not asked',
  { skip },
  async (t) => {
    const { page, fixture } = await openPage(t, browser, { isDemo: true })
    const panel = page.getByRole('complementary', { name: 'Node' })
    const button = (name: string) => panel.getByRole('button', { name })
    await page.locator('.node.leader .hit').click()
    for (const [width, height] of [
      [1680, 900],
      [1280, 800],
      [400, 800],
    ] as const) {
      await page.setViewportSize({ width, height })
      if (width < 860) await page.getByRole('button', { name: 'Ring', exact: true }).click()
      const [box, ring] = [await panel.boundingBox(), await page.locator('.ring-picture').boundingBox()]
      assert.ok(box && ring)
      assert.ok(box.x >= ring.x + ring.width || box.y >= ring.y + ring.height, `${width} px`)
      assert.equal(box.x >= ring.x + ring.width, width === 1680, `${width} px: beside the ring`)
    }
    assert.ok((await button('Thaw').isDisabled()) && (await button('Heal').isDisabled()))
    await button('Freeze').click()
    await panel.getByText('Frozen: its process stands still').waitFor()
    await page.getByRole('button', { name: 'Thaw Ann' }).waitFor()
    assert.ok((await button('Freeze').isDisabled()) && (await button('Thaw').isEnabled()))
    const place = await button('kill -9').boundingBox()
    await button('kill -9').click()
    await panel.getByText('Dead: its process was killed').waitFor()
    for (const name of ['kill -9', 'Freeze', 'Thaw', 'Cut off', 'Heal'])
      assert.ok(await button(name).isDisabled(), name)
    // The keys go on where they were.
    assert.equal(
      await panel.evaluate((element) => element.contains(element.ownerDocument.activeElement)),
      true,
    )
    assert.deepEqual(await button('kill -9').boundingBox(), place)
    await page.locator('.node', { hasText: 'Ann' }).waitFor({ state: 'detached', timeout: 20_000 })
    const asked = () => fixture.asked.filter((path) => path === '/state').length
    // One that is there is asked each second.
    const before = asked()
    await page.waitForTimeout(1500)
    assert.equal(asked(), before)
  },
)

test('100,000 messages are scrolled, and few are in the page', { skip }, async (t) => {
  const { page } = await openPage(t, browser, { history: 100_000 })
  const newest = await messages(page).last().getAttribute('data-id')
  const at = () =>
    page
      .locator('.transcript .message')
      .first()
      .evaluate((each) => Number(each.getAttribute('data-id')?.split(':')[2]))
  const started = Date.now()
  while ((await at()) > 90_000 && Date.now() - started < 20_000)
    await page.evaluate(`(async () => {
      const element = document.querySelector('.transcript')
      for (let i = 0; i < 30; i++) {
        element.scrollTop = 0
        await new Promise((done) => requestAnimationFrame(done))
      }
    })()`)
  assert.ok((await at()) <= 90_000, `reached ${await at()}`)
  assert.ok((await messages(page).count()) < 80)
  await page.getByRole('button', { name: '↓ newest' }).click()
  await page.locator(`.message[data-id="${newest}"]`).waitFor()
})

test('a message that search found far back is loaded and gone to', { skip }, async (t) => {
  const { page } = await openPage(t, browser, { history: 3000 })
  const found = page.locator('.found button')
  await page.keyboard.press('s')
  await page.keyboard.type('cake')
  await page.keyboard.press('Enter')
  for (let pages = 1; pages < 6; pages++) {
    await found.nth(pages * 20 - 1).waitFor()
    await page.getByRole('button', { name: 'Search further back' }).click()
  }
  await found.nth(119).waitFor()
  await found.nth(119).click()
  await page.locator('.message.picked', { hasText: 'cake' }).waitFor()
  const at = await page.locator('.message.picked').getAttribute('data-id')
  assert.ok(Number(at?.split(':')[2]) < 2500, `${at} was not loaded at first`)
})

test('everything is done with keys alone', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  await page.keyboard.press('/')
  await page.keyboard.type('typed? yes')
  await page.keyboard.press('Enter')
  await messages(page).filter({ hasText: 'typed? yes' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('t')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.locator('.message.picked').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Record of a message' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // The browser reports the end of a dialog a frame later: it ends none that was opened in between.
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.evaluate(`(async () => {
    document.querySelector('dialog').close()
    document.querySelector('.message.picked .stamp').click()
    for (let i = 0; i < 2; i++) await new Promise((done) => requestAnimationFrame(done))
  })()`)
  await page.getByRole('dialog', { name: 'Record of a message' }).getByText('stamper').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('r')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Node' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('complementary', { name: 'Node' }).waitFor({ state: 'detached' })
  await page.keyboard.press('s')
  await page.keyboard.type('cake')
  await page.keyboard.press('Enter')
  await page.getByText(/[1-9]\d* found/).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  const theme = () => page.locator('html').getAttribute('data-theme')
  const was = await theme()
  await page.keyboard.press('d')
  assert.notEqual(await theme(), was)
  assert.ok(fixture.room.count > 40)
})

test('at 320 pixels nothing is cut off, and at any width axe finds nothing serious', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser, { isDemo: true })
  fixture.tell({ type: 'notice', text: 'Eve: clock differs' }, ...fixture.room.kill(fixture.room.leader))
  await page.locator('section.election').waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor()
    assert.deepEqual(await seriousIn(page), [])
  }
  await page.setViewportSize({ width: 320, height: 640 })
  for (const tab of ['Chat', 'Ring']) {
    await page.getByRole('button', { name: tab, exact: true }).click()
    const [wide, window] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    )
    assert.equal(wide, window, tab)
    assert.deepEqual(await seriousIn(page), [])
  }
})

test('a node that goes is waited for; one whose token is old says so', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  const shown = await messages(page).count()
  await fixture.close()
  await page.getByText('The node is gone').waitFor()
  assert.equal(await messages(page).count(), shown)
  const again = await Fixture.start({ port: fixture.port })
  t.after(() => again.close().catch(() => undefined))
  await page.getByText('The node is gone').waitFor({ state: 'detached' })
  assert.equal(await messages(page).count(), shown)
  again.refuses = 403
  again.dropStreams()
  await page.getByText('The token of this page is no longer good: type /web in the terminal').waitFor()
})

test('what comes while nobody looks is counted in the title, and marked', { skip }, async (t) => {
  const { page, fixture } = await openPage(t, browser)
  await page.evaluate(`document.hasFocus = () => false, dispatchEvent(new Event('blur'))`)
  fixture.tell(...fixture.room.say(fixture.room.leader, 'first unseen').events)
  await page.locator('.divider.unread').waitFor()
  await titleIs(page, '(1) Kitchen')
  await page.evaluate(`document.hasFocus = () => true, dispatchEvent(new Event('focus'))`)
  await titleIs(page, 'Kitchen')
  assert.equal(await page.locator('.divider.unread').count(), 1)
})

test('a replay says what it shows, and takes nothing', { skip }, async (t) => {
  const { page } = await openPage(t, browser, { about: { replay: 'room.trace' } })
  await page.getByText('A replay of room.trace').waitFor()
  await field(page).waitFor({ state: 'detached' })
})
