// `ringleader lab` as a process: the page's address, the log as text, and what is said of bad input.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Lab } from '../../lab/engine/lab.ts'
import { linkOf } from '../../lab/engine/link.ts'
import { parseCommandLine } from '../../src/commands/flags.ts'
import { worstRoom } from '../../lab/engine/cases.ts'

function lab(...words: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/main.js', 'lab', ...words], {
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

test('the page is a file that is there, and a room, a script or a seed goes into a copy of it', (t) => {
  const plain = lab()
  assert.equal(plain.code, 0)
  assert.ok(existsSync(fileURLToPath(plain.out.trim())))
  const { code, out } = lab('--ids', '5,1,2')
  assert.equal(code, 0)
  const path = fileURLToPath(out.trim())
  t.after(() => rmSync(dirname(path), { recursive: true }))
  assert.match(readFileSync(path, 'utf8'), /<template id="opening">#lab=1&amp;ids=5\.1\.2&amp;/)
})

test('--text tells an election hop by hop, and counts it beside theory', () => {
  const { code, out } = lab('--text', '--ids', '5,3,2,1,4')
  assert.equal(code, 0)
  assert.match(out, /^ring #5 -> #3 -> #2 -> #1 -> #4 -> #5; #5 leads\n/)
  assert.match(out, /^ +\d+ ms {2}#4 gets ELECT 4 from #1; 4 = 4: elected; election won term=2 winner=#4$/m)
  assert.match(
    out,
    /^theory for 4 nodes that all begin at once: best 7, this order 10, average 8\.3, worst 10$/m,
  )
  assert.match(out, /^all invariants hold: S1 to S18, L1 to L8$/m)
  assert.equal(lab('--text', '--ids', '5,3,2,1,4').out, out)
})

test('--text takes a link, a script and a seed', (t) => {
  const room = new Lab(worstRoom(5))
  room.act('crash n1')
  room.forward(2)
  assert.match(lab('--text', '--link', linkOf(room)).out, /> crash #6/)
  const scratch = mkdtempSync(join(tmpdir(), 'ringleader-lab-test-'))
  t.after(() => rmSync(scratch, { recursive: true }))
  const script = join(scratch, 'a.txt')
  writeFileSync(script, 'nodes 3\nsay n2 tea\nstabilize\ncrash n1\nstabilize\n')
  const { code, out } = lab('--text', '--script', script)
  assert.equal(code, 0)
  assert.match(out, /#2 says "tea"[^]*> crash #1[^]*election won/)
  assert.match(lab('--text', '--seed', '5', '--nodes', '3').out, /S1 to S18/)
})

test('bad input is one line that says what is wrong, and exit 2', (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'ringleader-lab-test-'))
  t.after(() => rmSync(scratch, { recursive: true }))
  const script = join(scratch, 'b.txt')
  writeFileSync(script, 'nodes 3\n\nfly n2\n')
  for (const [words, why] of [
    [['--script', script], /b\.txt:3: unknown command "fly"/],
    [['--text', '--script', script], /b\.txt:3: unknown command "fly"/],
    [['--link', '#lab=1&ids=3.1'], /cut short or changed/],
  ] as [string[], RegExp][]) {
    const { code, out, err } = lab(...words)
    assert.equal(code, 2, words.join(' '))
    assert.match(err, why)
    assert.ok(err.split('\n').length <= 4, err)
    assert.ok(!out.includes('fly'), out)
  }
  const missing = lab('--script', join(scratch, 'nowhere.txt'))
  assert.equal(missing.code, 1)
  assert.match(
    missing.err,
    /^ringleader: .*nowhere\.txt cannot be read \(ENOENT\): name the file of a script\n$/,
  )
  assert.match(lab('--text', '--nodes', '1').out, /give two nodes or more/)
  for (const [words, why] of [
    [['--ids', '3,3'], /none twice/],
    [['--ids', 'x'], /whole numbers/],
    [['--seed', '1', '--ids', '1,2'], /one of/],
    [['--nodes', '65'], /1 to 64/],
  ] as [string[], RegExp][]) {
    const line = parseCommandLine(['lab', ...words])
    assert.ok(line.command === 'print' && line.code === 2, words.join(' '))
    assert.match(line.text, why)
  }
})
