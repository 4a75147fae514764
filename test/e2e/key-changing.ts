// A member of a locked room that changes its key when a test says so: key-changer.ts, in a process of its own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Program, type Stage } from './harness.ts'
import type { Host } from './network.ts'

const script = fileURLToPath(new URL('./key-changer.js', import.meta.url))

/** It is told by `ask`, one thing at a time, and has a home as the others. */
export class KeyChanger extends Program {
  readonly home: string

  constructor(stage: Stage, name: string, invitation: string, host?: Host) {
    const home = join(stage.dir, name)
    const options = { name, address: host?.address ?? '127.0.0.1', home, invitation }
    const [command, ...args] = [...(host?.command ?? []), process.execPath, script, JSON.stringify(options)]
    super(name, spawn(command, args))
    this.home = home
    stage.adopt(this)
  }

  async ready(): Promise<this> {
    await this.line(/^in /)
    return this
  }

  async ask(what: string): Promise<string> {
    const from = this.lines.length
    this.say(what)
    return this.line(/./, from)
  }

  async changes(what = 'rekey'): Promise<void> {
    assert.equal(await this.ask(what), 'done', this.report())
  }
}
