// Texts, names and titles that would be markup: nothing runs, no element is made, nothing turns around.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, openPage, skip } from './browser.ts'

let browser: Browser
before(async () => {
  if (skip === false) browser = await launch()
})
after(() => (skip === false ? browser.close() : undefined))

const corpus = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  "'><body onpageshow=alert(1)>",
  '<iframe srcdoc="<script>parent.alert(1)</script>">',
  '<a href="javascript:alert(1)">x</a>',
  'javascript:alert(1)',
  'https://a.example/"onmouseover="alert(1)',
  "https://a.example/'onmouseover='alert(1)",
  'http://a.example/<script>alert(1)</script>',
  '<math><mtext><style><img src=x onerror=alert(1)></style>',
  '</title><script>alert(1)</script>',
  '{{constructor.constructor("alert(1)")()}}',
  '<style>*{display:none}</style>',
  '<form action=//evil.example><button>ok</button></form>',
  '<meta http-equiv=refresh content="0;url=//evil.example">',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  'data:text/html,<script>alert(1)</script>',
  '<x onclick=alert(1) tabindex=1 autofocus onfocus=alert(1)>',
  '\u0000<scr\u0000ipt>alert(1)</scr\u0000ipt>',
]

test('an XSS corpus as texts, names, titles and notices is text', { skip }, async (t) => {
  const special = corpus.flatMap((text, i) => [
    { text, name: text },
    { text, name: text, action: true },
    { text, name: `x${i}`, author: 'e'.repeat(32), file: { name: text, size: 3, hash: text } },
  ])
  const { page, fixture } = await openPage(t, browser, { special })
  let ran = 0
  page.on('dialog', (dialog) => {
    ran++
    void dialog.dismiss()
  })
  const { room } = fixture
  // The same as names of members, in the ring, and everywhere else.
  for (const text of corpus) {
    const members = room.members.map((node) => ({ ...node, name: text, address: text, leader: false }))
    fixture.tell(
      { type: 'members', members },
      { type: 'title', title: text },
      { type: 'notice', text },
      { type: 'away', id: room.self, text },
      {
        type: 'private',
        id: text,
        with: { id: text, name: text, address: text },
        text,
        time: text,
        own: false,
        state: 'kept',
      },
      { type: 'knock', number: 1, id: text, name: text, address: text },
      { type: 'log', node: room.self, at: 0, lamport: 1, kind: text, text },
      { type: 'frame', node: room.self, at: 0, lamport: 1, way: 'sent', peer: text, frame: text },
      {
        type: 'token',
        node: room.self,
        at: 0,
        lamport: 1,
        from: text,
        term: 1,
        candidate: text,
        verdict: 'pass on',
      },
    )
  }
  await page.locator('.notice', { hasText: 'scr\\u0000ipt' }).last().waitFor()
  await page.evaluate(`(async () => {
    const element = document.querySelector('.transcript')
    for (let at = element.scrollHeight; at > 0; at -= 400) {
      element.scrollTop = at
      await new Promise((done) => requestAnimationFrame(done))
      for (const each of document.querySelectorAll('.message'))
        each.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))
    }
  })()`)
  const made = await page.evaluate(`({
    elements: document.querySelectorAll(
      'body script, img, iframe, style, meta[http-equiv], math, form[action], [onerror], [onload], [onmouseover], [onclick], [onfocus]',
    ).length,
    links: [...document.querySelectorAll('a')].filter((a) => !/^https?:$/.test(a.protocol)).length,
  })`)
  assert.deepEqual(made, { elements: 0, links: 0 })
  assert.equal(ran, 0)
  assert.equal(new URL(page.url()).port, String(fixture.port))
})

test('control and bidi characters are written out, and turn nothing around', { skip }, async (t) => {
  const text = 'pay 10\u202e01 to\u0007 Ann\u2066 now\u0085'
  const { page } = await openPage(t, browser, { special: [{ text, name: 'A\u202enn' }] })
  const last = page.locator('.message').last()
  assert.match((await last.textContent()) ?? '', /pay 10\\u202e01 to\\u0007 Ann\\u2066 now\\u0085/)
  const shown = await page.evaluate<string>('document.body.textContent')
  assert.doesNotMatch(shown, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
})
