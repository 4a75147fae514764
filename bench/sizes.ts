/**
 * The fan-out (fanout.ts) by length of message, number of members and pace, beside the first peers of its list: a table for each.
 *
 * --rounds <n>: default 2. --only <n>: the first n peers; default 4, up to JetStream. --pace 0 leaves the latencies out, --bulk 0 the
 * bursts.
 */
import { compare } from './fanout.ts'
import type { Bench } from './measure.ts'

type Row = { readonly about: string; readonly flags: readonly (readonly [string, number])[] }

/** As many bytes of text for each length, as far as that gives a usual number of messages. */
const bulk: readonly Row[] = [
  {
    about: '16 bytes',
    flags: [
      ['bytes', 16],
      ['messages', 60_000],
      ['warm', 15_000],
    ],
  },
  {
    about: '1 KB',
    flags: [
      ['bytes', 1000],
      ['messages', 15_000],
      ['warm', 4000],
    ],
  },
  {
    about: '64 KB',
    flags: [
      ['bytes', 64_000],
      ['messages', 400],
      ['warm', 100],
    ],
  },
  {
    about: '100 bytes, 2 members',
    flags: [
      ['members', 2],
      ['messages', 60_000],
      ['warm', 15_000],
    ],
  },
  {
    about: '100 bytes, 32 members',
    flags: [
      ['members', 32],
      ['messages', 10_000],
      ['warm', 4000],
    ],
  },
]

const paced: readonly Row[] = [10, 500, 5000].map((pace) => ({
  about: `${pace} single messages a second of 100 bytes, 8 members`,
  flags: [
    ['pace', pace],
    ['seconds', pace < 100 ? 15 : 8],
  ],
}))

export const sizes: Bench = async (flags, report) => {
  const given = [
    ['only', flags.get('only') ?? 4],
    ['rounds', flags.get('rounds') ?? 2],
  ] as const
  const rows = [...(flags.get('bulk') === 0 ? [] : bulk), ...(flags.get('pace') === 0 ? [] : paced)]
  for (const { about, flags: set } of rows) {
    report(about)
    await compare(new Map([...set, ...given]), report, [])
  }
}
