// The laboratory's page in a real browser, from file:// and without a network. Skipped where there is no chromium.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { hash } from '../../lab/browser/crypto.ts'
import { openLink } from '../../lab/engine/link.ts'
import { savePicture } from '../page/picture.ts'
import { firstRoomIds, roomOf } from '../../lab/engine/cases.ts'

const file = resolve('dist/lab/lab.html')
const address = pathToFileURL(file).href
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const program = process.env['CHROMIUM'] ?? programs.find((path) => existsSync(path))
const skip = program === undefined ? 'there is no chromium (CHROMIUM=path names one)' : false

let browser: Browser

before(async () => {
  if (program !== undefined)
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] })
})
after(() => browser?.close())

/** A page that fails the test where a script throws or anything is fetched. */
async function open(
  options: { width?: number; height?: number; dark?: boolean; url?: string } = {},
): Promise<Page> {
  const { width = 1280, height = 800, dark = false, url = address } = options
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  page.on('pageerror', (error) => assert.fail(error.stack ?? error.message))
  page.on('request', (request) => assert.match(request.url(), /^(file|data|blob):/))
  await page.goto(url)
  await page.waitForSelector('svg.ring')
  return page
}

/** Opens the dialog that keeps a run, and takes its link. */
async function linkIn(page: Page): Promise<string> {
  await page.keyboard.press('i')
  const link = await page.locator('.keep input').inputValue()
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
  return link
}

const hashIn = (link: string): string => /&hash=([0-9a-f]+)/.exec(link)?.[1] ?? ''

async function place(page: Page): Promise<{ at: number; length: number }> {
  const text = await page.locator('.place').innerText()
  const [, at = '', length = ''] = /event (\d+) of (\d+)/.exec(text) ?? []
  return { at: Number(at), length: Number(length) }
}

test('the file is small and has its own SHA-256', () => {
  assert.ok(statSync(file).size < 400_000)
  for (const text of ['', 'abc', 'x'.repeat(200)])
    assert.equal(hash('sha256', Buffer.from(text), 'hex'), createHash('sha256').update(text).digest('hex'))
})

test('stepped, forked, and opened again from its link with an equal hash', { skip }, async () => {
  const page = await open()
  for (const key of ['k', 'l', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key)
  const before = await place(page)
  assert.ok(before.at > 0 && before.at < before.length)
  await page.keyboard.press('n')
  await page.keyboard.press('k')
  assert.match(await page.locator('.notice').innerText(), /forks: this is branch 2/)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  const link = await linkIn(page)
  const { at } = await place(page)
  // A page of its own, and the engine without a page, come to the same.
  const other = await open({ url: link })
  assert.equal((await place(other)).at, at)
  assert.equal(hashIn(await linkIn(other)), hashIn(link))
  assert.equal(openLink(link.slice(link.indexOf('#')), roomOf(firstRoomIds)).problem, undefined)
  // The old future is still there.
  await page.keyboard.press('b')
  assert.equal((await place(page)).length, before.length)
  await page.close()
  await other.close()
})

test('a link that is cut, or of another version, says so and opens an empty room', { skip }, async () => {
  const page = await open()
  for (const [fragment, why] of [
    ['#lab=1&ids=3.1&at=0', /cut short/],
    ['#lab=7&x=1', /version 7/],
  ] as const) {
    await page.goto(`${address}${fragment}`)
    assert.match(await page.locator('.notice.bad').innerText(), why)
    assert.deepEqual(await place(page), { at: 0, length: 0 })
  }
  await page.close()
})

test('each step of the story plays, and back again', { skip }, async () => {
  const page = await open()
  await page.keyboard.press('t')
  for (let step = 1; step <= 12; step++) {
    await page.keyboard.press('.')
    assert.match(await page.locator('.guide h2').innerText(), new RegExp(`^${step} / 12`))
    assert.equal(await page.locator('.notice.bad').count(), 0)
    if (step === 9) assert.match((await page.locator('.ring .bubble').textContent()) ?? '', /7 = 7: elected/)
  }
  await page.keyboard.press(',')
  assert.match(await page.locator('.guide h2').innerText(), /^11 \/ 12/)
  await page.close()
})

test(
  'with the keyboard alone: a prediction, an election, counts, a message that is dropped',
  { skip },
  async () => {
    const page = await open()
    await page.keyboard.press('2')
    assert.match(await page.locator('.guide').innerText(), /Who will win/)
    for (let i = 0; i < 7; i++) await page.keyboard.press('n')
    await page.keyboard.press('Enter')
    assert.match(await page.locator('.guide').innerText(), /You say 7/)
    await page.keyboard.press('l')
    assert.match(await page.locator('.guide').innerText(), /You said 7: right/)
    await page.keyboard.press('g')
    const counts = await page.locator('.counts').innerText()
    assert.match(counts, /sent\s+28[^]*2n − 1\s+13[^]*n\(n \+ 1\)\/2\s+28/)
    await page.keyboard.press('1')
    for (let i = 0; i < 40 && (await page.locator('.token.elect').count()) === 0; i++)
      await page.keyboard.press('ArrowRight')
    const tokens = await page.locator('.token.elect').count()
    assert.ok(tokens > 0)
    await page.keyboard.press('d')
    assert.equal(await page.locator('.token.elect').count(), tokens - 1)
    // Each key in the list works or says why not: none throws.
    await page.keyboard.press('?')
    const keys = await page.locator('.keys kbd').allInnerTexts()
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog', { state: 'detached' })
    assert.ok(keys.length > 40)
    const names: Record<string, string> = {
      '→': 'ArrowRight',
      '←': 'ArrowLeft',
      'Shift →': 'Shift+ArrowRight',
      'Shift ←': 'Shift+ArrowLeft',
      Esc: 'Escape',
    }
    for (const key of keys) {
      await page.keyboard.press(names[key] ?? key)
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('Tab')
    assert.notEqual(await page.evaluate('document.activeElement.tagName'), 'BODY')
    await page.close()
  },
)

test('ready within a second, and a step of 64 nodes takes less than 10 ms', { skip }, async () => {
  const page = await open()
  const readyMs = Number(await page.evaluate('document.documentElement.dataset.readyMs'))
  await page.keyboard.press('a')
  await page.locator('form input[type=number]').first().fill('64')
  await page.getByText('Open the room').click()
  await page.waitForSelector('dialog', { state: 'detached' })
  assert.equal(await page.locator('.ring .node').count(), 64)
  await page.keyboard.press('k')
  const times: number[] = []
  for (let i = 0; i < 64; i++) {
    await page.keyboard.press('ArrowRight')
    times.push(Number(await page.evaluate('document.documentElement.dataset.keyMs')))
  }
  times.sort((a, b) => a - b)
  const median = times[32] ?? Infinity
  console.log(`ready after ${readyMs} ms; a step of 64 nodes: median ${median} ms, worst ${times.at(-1)} ms`)
  // Twice what is promised: the machine may be busy with other tests.
  assert.ok(readyMs < 2000, `${readyMs} ms`)
  assert.ok(median < 20, `${median} ms`)
  await page.close()
})

test(
  'nobody is shut out: rules of accessibility, 320 px, a projector, dark and light',
  { skip },
  async () => {
    const page = await open()
    for (const key of ['k', 'l', 'ArrowLeft', 'g']) await page.keyboard.press(key)
    for (const [width, height, colorScheme] of [
      [1280, 800, 'light'],
      [2560, 1440, 'dark'],
      [320, 640, 'light'],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      assert.ok(wide <= 0, `${wide} px too wide`)
      if (width === 1280) await page.evaluate(axe.source)
      const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
        'axe.run().then(({ violations }) => violations)',
      )
      const lines = found.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
      )
      assert.deepEqual(lines, [], `${width} px, ${colorScheme}`)
    }
    await page.close()
  },
)

test('a script opens as a file, and one with a mistake names file and line', { skip }, async () => {
  const page = await open()
  const scratch = mkdtempSync(join(tmpdir(), 'lab-'))
  const good = join(scratch, 'good.txt')
  const bad = join(scratch, 'bad.txt')
  writeFileSync(good, 'nodes 4\ncrash n1\nstabilize\n')
  writeFileSync(bad, 'nodes 4\nfly n2\n')
  await page.keyboard.press('a')
  await page.locator('input[type=file]').setInputFiles(good)
  await page.waitForSelector('dialog', { state: 'detached' })
  await page.keyboard.press('l')
  assert.match((await page.locator('.middle').textContent()) ?? '', /4/)
  await page.keyboard.press('a')
  await page.locator('input[type=file]').setInputFiles(bad)
  await page.waitForSelector('dialog', { state: 'detached' })
  await page.keyboard.press('ArrowRight')
  assert.match(await page.locator('.notice.bad').innerText(), /bad\.txt:2: unknown command "fly"/)
  rmSync(scratch, { recursive: true })
  await page.close()
})

test('pictures for the documents', { skip: skip || process.env['PICTURES'] !== '1' }, async () => {
  mkdirSync('docs/images', { recursive: true })
  for (const dark of [false, true]) {
    const page = await open({ dark, width: 1280, height: 800 })
    await page.keyboard.press('t')
    for (let step = 0; step < 8; step++) await page.keyboard.press('.')
    await savePicture(page, `docs/images/lab-${dark ? 'dark' : 'light'}.webp`)
    await page.close()
  }
})
