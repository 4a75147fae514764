// The program in tmux: pastes, widths, keys.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Stage, type RoomNode } from './harness.ts'
import { hasTmux, TmuxProgram } from './tmux.ts'
import type { TestContext } from 'node:test'

const skip = hasTmux ? false : 'needs tmux 3'

/** Ann in tmux, who leads, and Bob, who prints --json. */
async function roomOf(
  context: TestContext,
  columns?: number,
): Promise<{ stage: Stage; ann: TmuxProgram; bob: RoomNode; prompt: string; address: string }> {
  const stage = await Stage.open(context)
  const ann = new TmuxProgram(stage, 'Ann', ['-l'], columns === undefined ? {} : { columns })
  const port = await ann.until(() => /-np +(\d+)/.exec(ann.rows.join(' '))?.[1], 'what others type')
  const address = `127.0.0.1:${port}`
  const bob = await stage.node('Bob', { through: address }).ready()
  const prompt = `> Ann(${address}):`
  await ann.shows((rows) => rows.some((row) => row.endsWith('joined')) && rows.at(-1) === prompt, 'Bob')
  return { stage, ann, bob, prompt, address }
}

test('a paste whose end is lost does not lock the keyboard', { skip }, async (context) => {
  const { ann, bob, prompt } = await roomOf(context)
  ann.type('\u001b[200~lost end')
  await ann.shows((rows) => rows.at(-1) === `${prompt} lost end`, 'what came')
  ann.type('\r')
  await bob.has(['lost end'])
  ann.type('\u001b[200~again\u0003')
  await ann.shows((rows) => rows.at(-1) === `${prompt} again`, 'what came until Ctrl-C')
  ann.type('\u0003')
  await ann.shows((rows) => rows.at(-1) === prompt, 'the empty prompt')
  ann.type('\u0003')
  assert.equal(await ann.over(), 130)
})

test('many lines ask before they are sent, marked as a paste or not', { skip }, async (context) => {
  const { ann, bob, prompt } = await roomOf(context)
  const text = Array.from({ length: 300 }, (_, i) => `\tline ${i} ${'.'.repeat(40)}`).join('\n')
  ann.type(`${text}\n`)
  await ann.row(/^send these 300 lines as one message\? \[y\/n\]/)
  ann.type('y\r')
  await bob.has([text])
  ann.paste('1\n2\n3\n4\n5\n6\n')
  await ann.shows((rows) => rows.at(-1) === `${prompt} 1⏎2⏎3⏎4⏎5⏎6`, 'the paste')
  ann.type('\r')
  await ann.shows((rows) => rows.at(-1)?.startsWith('send these 6 lines') === true, 'the question')
  ann.type('\u0003')
  await ann.shows((rows) => rows.at(-1) === prompt, 'the prompt')
  ann.type('//exit\r')
  assert.equal(await ann.over(), 0)
})

for (const [what, text] of [
  ['signs that ask to be wide', '❤️ ☀️ ✈️ 1️⃣ '.repeat(8)],
  ['Devanagari', 'की नमस्ते दुनिया क्षि '.repeat(6)],
  ['joined emoji', '👩‍👩‍👧‍👦👍🏽🇩🇪'.repeat(8)],
] as const)
  test(`${what}: no row of a message is erased, and nothing stays behind`, { skip }, async (context) => {
    const { ann, bob, prompt } = await roomOf(context, 47)
    const before = ann.rows.slice(0, -1)
    for (const times of [1, 2, 3]) {
      ann.type(text)
      // Until then the messages might come first.
      await ann.shows((rows) => rows.length > before.length + times, 'several rows of text')
      bob.say(`said ${times}`)
      await ann.row(new RegExp(`said ${times}$`))
      ann.type('\u001b[D\u001b[D\u0015\u000b')
      await ann.shows((rows) => rows.at(-1) === prompt, 'the prompt alone')
    }
    const rows = ann.rows.filter((row) => !row.startsWith('/// -- '))
    const said = rows.splice(before.length, 3)
    assert.deepEqual(rows, [...before, prompt])
    assert.deepEqual(
      said.map((row) => row.replace(/^.*: /, '')),
      ['said 1', 'said 2', 'said 3'],
    )
    ann.type('\u0004')
    assert.equal(await ann.over(), 0)
  })

test(
  'Ctrl-Z where nobody could continue it, Ctrl-C on a text, and keys for a new line',
  { skip },
  async (context) => {
    const { ann, bob, prompt } = await roomOf(context)
    ann.type('\u001a')
    await ann.row(/^\/\/\/ Ctrl-Z would stop this program for good/)
    ann.type('not this')
    await ann.shows((rows) => rows.at(-1) === `${prompt} not this`, 'a text')
    ann.type('\u0003')
    await ann.shows((rows) => rows.at(-1) === prompt, 'the empty prompt')
    ann.type('one\u001b\rtwo\\\rthree\r')
    await bob.has(['one\ntwo\nthree'])
    ann.type('\u0003')
    assert.equal(await ann.over(), 130)
  },
)

test('a new name and a death are told to the others, the death first', { skip }, async (context) => {
  const { stage, ann, bob, address } = await roomOf(context)
  const cid = await stage.node('Cid', { through: address }).ready()
  await Promise.all([bob, cid].map((node) => node.sees(['Ann', 'Bob', 'Cid'])))
  ann.type('/nick Anna\r')
  await ann.row(/^\/\/\/ you are Anna\(/)
  for (const node of [bob, cid])
    await node.until(() => node.notices.includes('Ann is now Anna'), 'the new name')
  ann.type('/quit now\r')
  await ann.row(/^\/\/\/ \/quit takes nothing behind it/)
  ann.type('/zzz Bob hi\r')
  await ann.row(/^\/\/\/ no command \/zzz; \/help lists the commands/)
  ann.kill()
  for (const node of [bob, cid]) {
    await node.sees(['Bob', 'Cid'])
    await node.until(
      () => node.notices.some((text) => text.endsWith('leads the room now')),
      'the next leader',
    )
    const after = node.notices.slice(node.notices.indexOf('Ann is now Anna') + 1)
    assert.match(after[0] ?? '', /^Anna\(.*\) (is gone|is out of reach)$/, after.join('\n'))
  }
})

test('what was chosen is kept in the home, and damage to it is said', { skip }, async (context) => {
  const { stage, ann, bob, address, prompt } = await roomOf(context)
  ann.type('Bo\t')
  await ann.shows((rows) => rows.at(-1) === `${prompt} Bob:`, 'the completed name')
  ann.type('\u0015/fo\tshort\r')
  await ann.row(/^\/\/\/ \/format is short now/)
  bob.say('hello Ann')
  await ann.row(/^\d\d:\d\d Bob: hello Ann$/)
  ann.type('//exit\r')
  assert.equal(await ann.over(), 0)
  const home = join(stage.dir, 'Ann')
  const kept = JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8')) as { format: string }
  assert.equal(kept.format, 'short')

  const again = new TmuxProgram(
    stage,
    'Again',
    stage.entry({ through: address.replace(/\d+$/, String(bob.port)) }),
    { home },
  )
  await again.row(/^\d\d:\d\d Bob: hello Ann$/)
  again.type('/quit\r')
  assert.equal(await again.over(), 0)

  // Pipes use none of it.
  const piped = await stage.run(['history', '--home', home])
  assert.match(piped.stdout, /^> Bob\(127\.0\.0\.1:\d+\)\[\d+\]: hello Ann\n$/)
  const timed = await stage.run(['history', '--home', home, '--time', '--format', 'short'])
  assert.match(timed.stdout, /^\d{4}-\d\d-\d\d \d\d:\d\d Bob: hello Ann\n$/)

  writeFileSync(join(home, 'settings.json'), '{"format"')
  const third = new TmuxProgram(
    stage,
    'Third',
    stage.entry({ through: address.replace(/\d+$/, String(bob.port)) }),
    { home, columns: 300 },
  )
  await third.row(/^\/\/\/ .*settings\.json is damaged and was set aside as /)
  await third.row(/^> Bob\(127\.0\.0\.1:\d+\)\[\d+\]: hello Ann$/)
  third.type('/quit\r')
  assert.equal(await third.over(), 0)
})

test(
  'a narrower or wider window: no message is erased, and nothing stays behind',
  { skip },
  async (context) => {
    const { ann, bob, prompt } = await roomOf(context)
    bob.say('m1', 'm2')
    await ann.row(/m2$/)
    const text = Array.from({ length: 26 }, (_, i) => `w${String(i).padStart(2, '0')}`).join('')
    ann.type(text)
    for (const columns of [50, 37, 61, 80]) {
      ann.resize(columns)
      await ann.shows((rows) => {
        const at = rows.findIndex((row) => row.startsWith(prompt) && row.includes('w00'))
        return (
          at > 0 &&
          rows.slice(at).join('').endsWith(`${prompt} ${text}`) &&
          rows[at - 1]?.endsWith('m2') === true
        )
      }, `the text at ${columns} columns, below the last message`)
      const rows = ann.rows.join('')
      assert.ok(/: m1/.test(rows))
      assert.equal(rows.match(/w00/g)?.length, 1, ann.rows.join('\n'))
    }
    ann.type('\u0015\u0004')
    assert.equal(await ann.over(), 0)
  },
)

test(
  '/history repeats nothing, a pasted tab is spaces, and words from right to left are not spelled out',
  { skip },
  async (context) => {
    const { stage, ann, bob, address } = await roomOf(context)
    bob.say('one', 'two', '\u05e9\u05dc\u05d5\u05dd\u200f!')
    await ann.row(/\]: .*\u05e9\u05dc\u05d5\u05dd.*!/)
    assert.ok(!ann.rows.some((row) => row.includes('\\u200')))
    ann.type('/history 2\r')
    await ann.row(/^\/\/\/ no earlier messages: all of them are above/)
    ann.paste('a\tb')
    ann.type('\r')
    await ann.row(/\]: a {4}b$/)
    await bob.has(['a\tb'])
    const through = address.replace(/\d+$/, String(bob.port))
    const cid = new TmuxProgram(stage, 'Cid', [...stage.entry({ through }), '--history', '2'])
    await cid.row(/\]: a {4}b$/)
    cid.type('/history 1\r')
    await cid.row(/^\/\/\/ > Bob\(.*\]: two$/)
    cid.type('/history 5\r')
    await cid.row(/^\/\/\/ > Bob\(.*\]: one$/)
    assert.equal(cid.rows.filter((row) => /\]: (one|two|a {4}b)$/.test(row)).length, 3)
    for (const program of [ann, cid]) {
      program.type('/quit\r')
      assert.equal(await program.over(), 0)
    }
  },
)
