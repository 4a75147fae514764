/**
 * Begins the page. Where there is no page, in Node.js, it only hands out what `ringleader lab` needs of the laboratory.
 */

import { render } from 'preact'
import { fragmentOf, textOf } from '../text/text-program.ts'
import { App } from './app.tsx'
import { Controller } from './controller.ts'
import { press } from './keys.ts'

function begin(): void {
  const root = document.getElementById('lab') as HTMLElement
  const c: Controller = new Controller(() => {
    const beganMs = performance.now()
    render(<App c={c} />, root)
    document.documentElement.dataset['paintMs'] = (performance.now() - beganMs).toFixed(2)
  })

  addEventListener('keydown', (event) => {
    const beganMs = performance.now()
    if (!press(c, event)) return
    event.preventDefault()
    document.documentElement.dataset['keyMs'] = (performance.now() - beganMs).toFixed(2)
  })
  addEventListener('dragover', (event) => event.preventDefault())
  addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0]
    if (!file) return
    event.preventDefault()
    void file.text().then((text) => c.openScript(file.name, text))
  })

  const opening = document.querySelector<HTMLTemplateElement>('#opening')?.content.textContent ?? ''
  const fragment = location.hash.length > 1 ? location.hash : opening.trim()
  if (fragment === '') c.changed()
  else c.openFragment(fragment)
  addEventListener(
    'hashchange',
    () => location.hash.length > 1 && location.href !== c.link && c.openFragment(location.hash),
  )

  // Worlds for going back are made ready while nothing else is to be done.
  setInterval(() => {
    if (c.isPlaying || document.hidden) return
    const until = performance.now() + 8
    while (performance.now() < until && c.lab.prepare(60)) continue
  }, 120)
  document.documentElement.dataset['readyMs'] = performance.now().toFixed(0)
}

if (typeof document === 'undefined') Object.assign(globalThis, { ringleaderLab: { fragmentOf, textOf } })
else begin()
