// Attacking processes beside a test: started, told to stop, gone when the test is over.
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { within } from '../e2e/harness.ts'
import type { Orders } from './attacking.ts'

export class Attackers {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Resolves when its rounds have begun. */
  static async start(context: TestContext, orders: Orders): Promise<Attackers> {
    const child = fork(fileURLToPath(new URL('./attacking.js', import.meta.url)), [JSON.stringify(orders)])
    context.after(() => child.kill('SIGKILL'))
    await within(message(child), 'an attacker that is ready')
    return new Attackers(child)
  }

  /** Lets go of all that they hold. Resolves to how often each round was done, and why one was not. */
  async stop(): Promise<Record<string, string>> {
    const counts = message(this.#child)
    this.#child.send('stop')
    return (await within(counts, 'the end of an attacker')) as Record<string, string>
  }
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`an attacker ended by itself: ${code}`)))
  })
}
