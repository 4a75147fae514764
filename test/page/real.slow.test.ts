// The page of real nodes in a real browser: chatting with a terminal, a leader that is killed, a node that goes; and the demo.
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { Stage, within, type Program } from '../e2e/harness.ts'
import { launch, skip } from './browser.ts'

let browser: Browser
before(async () => {
  if (skip === false) browser = await launch()
})
after(() => (skip === false ? browser.close() : undefined))

const spoken = 20
/** The promise is 50 ms; the machine may be busy. Unit: ms. */
const boundMs = 1000

const addressOf = (program: Program): Promise<string> =>
  program.until(
    () => /http:\S+token=\S+/.exec(program.stderr + program.lines.join('\n'))?.[0],
    'the address of the page',
  )

/** A browser of its own, at the page of a node. Errors of the page fail the test; so does noise, unless `isLoud`. */
async function open(t: TestContext, address: string, isLoud = false): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const errors: string[] = []
  t.after(async () => {
    await context.close()
    assert.deepEqual(errors, [])
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    // Nodes end before pages do.
    const isExpected = message.text().includes(isLoud ? 'Failed to load resource' : 'net::ERR')
    if (message.type() === 'error' && !isExpected) errors.push(`${message.text()} ${message.location().url}`)
  })
  await page.goto(address)
  await page.getByRole('textbox', { name: 'Message' }).waitFor()
  return page
}

const message = (page: Page, text: string) => page.locator('.transcript .message', { hasText: text })

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.getByRole('textbox', { name: 'Message' }).press('Enter')
}

test(
  'a terminal and two pages chat; title and name are changed; a kill is seen; a node comes back',
  { skip },
  async (t) => {
    const stage = await Stage.open(t)
    const names = ['n1', 'n2', 'n3', 'n4']
    const first = await stage.node('n1').ready()
    const [pipe, one, two] = await Promise.all(
      names
        .slice(1)
        .map((name) =>
          stage.node(name, { through: first, flags: name === 'n2' ? [] : ['--web', '0'] }).ready(),
        ),
    )
    assert.ok(pipe && one && two)
    const address = await addressOf(one)
    const [page, other] = await Promise.all([open(t, address, true), open(t, await addressOf(two))])

    await t.test('each sees what the others say', async () => {
      pipe.say('from the terminal')
      await message(page, 'from the terminal').waitFor()
      await message(other, 'from the terminal').waitFor()
      await say(page, 'from the first page')
      await message(page, 'from the first page').getByLabel('sent').waitFor()
      await message(other, 'from the first page').waitFor()
      await say(other, 'from the second page')
      await message(page, 'from the second page').waitFor()
      await pipe.has(['from the first page', 'from the second page'])
    })

    await t.test('what a terminal says is on the page at once', async () => {
      await page.evaluate(`{
      globalThis.seen = new Map()
      globalThis.waiting = new Map()
      const look = () => {
        for (const { textContent } of document.querySelectorAll('.message .text'))
          if (textContent.startsWith('quick ') && !seen.has(textContent)) {
            seen.set(textContent, Date.now())
            waiting.get(textContent)?.(Date.now())
          }
      }
      new MutationObserver(look).observe(document.querySelector('.transcript'), { childList: true, subtree: true })
    }`)
      const took: number[] = []
      for (let i = 1; i <= spoken; i++) {
        const text = `quick ${i}.`
        // Both clocks are this machine's.
        const saidAt = Date.now()
        pipe.say(text)
        const at = page.evaluate<number>(
          `((text) => seen.get(text) ?? new Promise((done) => waiting.set(text, done)))(${JSON.stringify(text)})`,
        )
        took.push((await within(at, text)) - saidAt)
      }
      const median = took.sort((a, b) => a - b)[spoken >> 1] ?? Infinity
      t.diagnostic(`from the terminal to the page: median ${median} ms, at most ${took.at(-1)} ms`)
      assert.ok(median < boundMs, `${median} ms`)
    })

    await t.test('title and name are changed', async () => {
      await page.getByTitle('Change the title').click()
      await page.getByRole('textbox', { name: 'Title of the room' }).fill('Tea <b>at</b> five')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await other.getByRole('heading', { name: 'Tea <b>at</b> five' }).waitFor()
      await page.getByTitle('Change your name').press('Enter')
      await page.getByRole('textbox', { name: 'Your name' }).fill('n2\u202e')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').filter({ hasText: /\w{3}/ }).waitFor()
      await page.getByRole('textbox', { name: 'Your name' }).fill('Renée')
      await page.keyboard.press('Enter')
      await page.getByPlaceholder('Say something as Renée').waitFor()
      await other.getByRole('list', { name: '4 members' }).getByText('Renée').waitFor()
    })

    await t.test('a used address opens nothing, and the page goes on after a new load', async () => {
      const stranger = await browser.newContext()
      const refused = await stranger.newPage()
      assert.equal((await refused.goto(address))?.status(), 403)
      await refused.getByText('Type /web in the terminal').waitFor()
      await stranger.close()
      // A new load, and the used address in the browser that used it.
      for (const load of [() => page.reload(), () => page.goto(address)]) {
        await load()
        await message(page, 'from the second page').waitFor()
        assert.equal(await message(page, 'from the second page').count(), 1)
      }
    })

    await t.test('kill -9 of the leader is seen', async () => {
      await page.locator('.node.leader', { hasText: 'n1' }).waitFor()
      await other.locator('.node.leader .hit').click()
      await first.kill()
      await page.locator('.word.elected').waitFor()
      await page.locator('.node', { hasText: 'n1' }).waitFor({ state: 'detached' })
      const largest = [pipe.id, one.id, two.id].sort().at(-1) ?? ''
      await page.locator('.node.leader', { hasText: largest.slice(0, 4) }).waitFor()
      assert.equal(await page.locator('.ring-link').count(), 3)
      await other.getByRole('complementary', { name: 'Node' }).getByText('gone from the ring').waitFor()
    })

    await t.test('a node that goes is waited for, and each message is there once', async () => {
      await one.kill()
      await page.getByText('The node is gone').waitFor()
      await message(page, 'from the first page').waitFor()
      pipe.say('while it was gone')
      await message(other, 'while it was gone').waitFor()
      const port = new URL(address).port
      await stage.node('n3', { home: one.home, through: pipe, flags: ['--web', port] }).ready()
      // By itself, with the cookie that it has.
      await message(page, 'while it was gone').waitFor()
      await page.getByText('The node is gone').waitFor({ state: 'detached' })
      assert.equal(await message(page, 'from the first page').count(), 1)
      assert.equal(await message(page, 'while it was gone').count(), 1)
    })
  },
)

test(
  'the demo: the leader is cut off by a button, the others elect, it is healed; nothing stays',
  { skip },
  async (t) => {
    const stage = await Stage.open(t)
    const demo = stage.start('demo', ['demo', '--web', '0'], { env: { TMPDIR: stage.dir } })
    const page = await open(t, await addressOf(demo))
    const panel = page.getByRole('complementary', { name: 'Node' })
    const leader = page.locator('.node.leader')
    await leader.waitFor()
    const led = (await leader.locator('.name').textContent()) ?? ''
    await leader.locator('.hit').click()
    await panel.getByRole('button', { name: 'Cut off' }).click()
    await panel.getByText('Cut off: it runs').waitFor()
    await page.getByRole('list', { name: '4 members' }).getByText('leads').waitFor()
    await page.getByRole('button', { name: `Heal ${led}` }).click()
    await page.getByRole('list', { name: '5 members' }).getByText(led).waitFor()
    const pids = [...demo.lines.join('\n').matchAll(/ process (\d+)/g)].map(([, pid]) => Number(pid))
    assert.ok(pids.length >= 4)
    await page.context().close()
    demo.signal('SIGINT')
    await demo.over()
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), `process ${pid} stays`)
    assert.deepEqual(
      (await readdir(join(stage.dir))).filter((name) => name.startsWith('ringleader')),
      [],
    )
  },
)
