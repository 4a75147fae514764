// Typedoc plugin: small things that make one site of the files in docs/ as they are.
// - Each document has a short title and a place in the guide or in the reference. So the files need no front matter,
//   which other readers of Markdown would show.
// - Source files that documents link to become text files: browsers take .ts for a film.
import { readdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Converter, PageEvent, ReflectionKind, Renderer } from 'typedoc'

/** How documents are called in the navigation; the others as their files. */
const titles = {
  chat: 'Chat',
  page: 'The page',
  learn: 'Learn',
  build: 'Build',
  PROTOCOL: 'Protocol',
  cli: 'Command line',
  scripts: 'Simulator scripts',
  TESTING: 'Testing',
  PERFORMANCE: 'Performance',
  ARCHITECTURE: 'Architecture',
  CHANGELOG: 'Changelog',
  // bench/README.md; that of the project is the first page.
  README: 'Benchmarks',
}

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    document.frontmatter.group ??= document.name.includes('guide/') ? 'Guide' : 'Reference'
    document.name = basename(document.name)
  })
  // Not earlier: the addresses of the pages are made of the names of the files.
  app.renderer.on(Renderer.EVENT_BEGIN, ({ project }) => {
    for (const document of project.getReflectionsByKind(ReflectionKind.Document))
      document.name = titles[document.name] ?? document.name
  })
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents?.replace(/(href="[^"]*\bmedia\/[^"]+\.ts)"/g, '$1.txt"')
  })
  app.renderer.on(Renderer.EVENT_END, ({ outputDirectory }) => {
    const media = join(outputDirectory, 'media')
    for (const name of readdirSync(media))
      if (name.endsWith('.ts')) renameSync(join(media, name), join(media, `${name}.txt`))
  })
}
