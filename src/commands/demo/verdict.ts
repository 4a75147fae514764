/**
 * Compares the transcripts of the demo line by line and judges whether anything was lost or doubled.
 */

export type Verdict = {
  readonly said: number
  /** Said, but not in every survivor's transcript. */
  readonly lost: number
  /** More than once in a transcript, or on a screen. */
  readonly doubled: number
  /** Survivors whose transcript is the same to the byte as the first one's. */
  readonly equal: number
  /** Lines of the dead one that are the beginning of the survivors' transcript. */
  readonly deadLines: number
  /** Lines that died with it: nobody else had them in that place. */
  readonly deadOnly: number
  /** What is wrong, if anything is. */
  readonly why: string | undefined
}

export type Evidence = {
  /** Every text that was said, each of them only once. */
  readonly said: readonly string[]
  readonly survivors: readonly {
    readonly name: string
    /** Stored, in the final order. */
    readonly transcript: readonly string[]
    /** Texts as they were shown. */
    readonly screen: readonly string[]
  }[]
  /** The dead one's screen. */
  readonly dead: { readonly name: string; readonly lines: readonly string[] }
}

/** What stands behind `> Name(address)[TS]: `. */
function textOf(line: string): string {
  return line.slice(line.indexOf(']: ') + 3)
}

function countOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

export function judge({ said, survivors, dead }: Evidence): Verdict {
  const lost = new Set<string>()
  const doubled = new Set<string>()
  for (const { transcript, screen } of survivors) {
    for (const counts of [countOf(transcript.map(textOf)), countOf(screen)]) {
      for (const text of said) if (!counts.has(text)) lost.add(text)
      for (const [text, count] of counts) if (count > 1) doubled.add(text)
    }
  }
  const first = survivors[0]?.transcript ?? []
  const whole = first.join('\n')
  const differing = survivors.find(({ transcript }) => transcript.join('\n') !== whole)
  const equal = survivors.filter(({ transcript }) => transcript.join('\n') === whole).length

  let deadLines = 0
  while (deadLines < dead.lines.length && dead.lines[deadLines] === first[deadLines]) deadLines++
  const rest = dead.lines.slice(deadLines)
  // A leader shows what it has numbered at once. If it dies before the others receive it, the author
  // gives the message to the next leader, and it takes another place: no line of the rest is theirs.
  const disorder = rest.find((line) => first.includes(line))

  const why =
    lost.size > 0
      ? `lost: "${[...lost][0]}"`
      : doubled.size > 0
        ? `doubled: "${[...doubled][0]}"`
        : differing
          ? `the transcripts of ${survivors[0]?.name} and ${differing.name} differ`
          : disorder !== undefined
            ? `${dead.name} had another order: "${disorder}"`
            : undefined
  return {
    said: said.length,
    lost: lost.size,
    doubled: doubled.size,
    equal,
    deadLines,
    deadOnly: rest.length,
    why,
  }
}
