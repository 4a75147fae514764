/** Starts the page. */

import { render } from 'preact'
import { App } from './room/app.tsx'
import { Store } from './store.ts'

const place = document.getElementById('app')
if (place) {
  const store = new Store()
  render(<App store={store} />, place)
  store.start()
}
