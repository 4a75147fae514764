// Pictures for the documents.
import { writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'

/** Writes what the page shows as WebP: a third of a PNG. */
export async function savePicture(page: Page, path: string): Promise<void> {
  const png = (await page.screenshot()).toString('base64')
  const url = await page.evaluate<string>(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${png}'
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    canvas.getContext('2d').drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.7)
  })()`)
  await writeFile(path, Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'))
}
