/** Mutants of signatures, chains and seals, and of parts that hold several messages. */

import type { Mutant } from './mutant.ts'

const test = 'core/signatures.test.ts'

export const signatureMutants: readonly Mutant[] = [
  {
    name: 'author-believed',
    rule: 'D4',
    bug: 'records of a leader, an upload or a bridge are taken without the signatures of their authors',
    edits: [{ file: 'core/log/log.ts', find: 'if (notary.findForged(room, parts))', replace: 'if (false)' }],
    test,
  },
  {
    name: 'leader-believed',
    rule: 'D4',
    bug: 'what a leader sends is taken without the signatures of the authors',
    edits: [
      {
        file: 'core/log/log.ts',
        find: 'if (notary.findForged(room, parts))',
        replace: "if (origin !== 'leader' && notary.findForged(room, parts))",
      },
    ],
    test,
  },
  {
    name: 'upload-believed',
    rule: 'D4',
    bug: 'uploads, and what comes over a bridge, are taken without the signatures of the authors',
    edits: [
      {
        file: 'core/log/log.ts',
        find: 'if (notary.findForged(room, parts))',
        replace: "if (origin !== 'upload' && notary.findForged(room, parts))",
      },
    ],
    test,
  },
  {
    name: 'submit-believed',
    rule: 'D2',
    bug: 'a leader stamps a message that its author has not signed',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: 'if (state.notary.findForged(state.room, [part]))',
        replace: 'if (false)',
      },
    ],
    test,
  },
  {
    name: 'seal-not-checked',
    rule: 'D4',
    bug: 'records are taken that their stamper has not sealed',
    edits: [
      {
        file: 'core/log/log.ts',
        find: 'record.seal && !notary.isSealed(room, record, chain)',
        replace: 'false',
      },
      { file: 'core/log/log.ts', find: '!refusal && sealedCount < fresh.length', replace: 'false' },
    ],
    test,
  },
  {
    name: 'last-seal-alone',
    rule: 'D4',
    bug: 'of several seals of a namespace in a frame only the last one is checked, and all are kept',
    edits: [
      {
        file: 'core/log/log.ts',
        find: 'if (record.seal && !notary.isSealed(room, record, chain))',
        replace:
          'if (record.seal && added.get(record.namespace).s === record.s && !notary.isSealed(room, record, chain))',
      },
    ],
    test,
  },
  {
    name: 'half-a-seal',
    rule: 'D4',
    bug: 'of a frame that ends with a record that is refused, what no seal covers is taken too',
    edits: [
      {
        file: 'core/log/log.ts',
        find: 'const taken = fresh.slice(0, sealedCount)',
        replace: 'const taken = fresh',
      },
    ],
    test,
  },
  {
    name: 'frame-ends-anywhere',
    rule: 'D5',
    bug: 'a frame ends where it is full, whether all in it is sealed or not',
    edits: [{ file: 'core/log/streams.ts', find: 'if (stream.open.size > 0) return', replace: '' }],
    test,
  },
  {
    name: 'block-without-limit',
    rule: 'D4',
    bug: 'what one seal covers is taken although it fits into no frame with which it could be passed on',
    edits: [
      { file: 'core/log/log.ts', find: 'if (bytesOpen > state.config.blockBytesMax)', replace: 'if (false)' },
    ],
    test,
  },
  {
    name: 'cuts-forgotten',
    rule: 'D5',
    bug: 'only the last place is known where a frame may end, and frames grow from node to node',
    edits: [{ file: 'core/log/streams.ts', find: 'stream.cuts.push(cut)', replace: 'stream.cuts = [cut]' }],
    test: 'core/streams.test.ts',
  },
  {
    name: 'held-stays-open',
    rule: 'D5',
    bug: 'a stream waits for the seal of what the peer turns out to hold',
    edits: [
      {
        file: 'core/log/streams.ts',
        find: 'pos)) stream.open.delete(namespace);',
        replace: 'pos)) ;',
      },
    ],
    test: 'core/streams.test.ts',
  },
  {
    name: 'passed-counts-as-placed',
    rule: '2.5',
    bug: 'a message counts as ordered when a part of another process with its key covers its name',
    edits: [{ file: 'core/log/names.ts', find: 'entry.passed = true', replace: '' }],
    test: 'core/forged-names.test.ts',
  },
  {
    name: 'one-tick-for-a-part',
    rule: 'D1',
    bug: 'the clock moves by one, however many messages a part has',
    edits: [
      {
        file: 'core/log/log.ts',
        find: 'if (lastTs(record) > state.clock) state.clock = lastTs(record)',
        replace: 'if (record.ts > state.clock) state.clock = record.ts',
      },
    ],
  },
  {
    name: 'one-name-for-a-part',
    rule: '2.2',
    bug: 'the next part begins with the name of the second message of the one before',
    edits: [
      {
        file: 'core/log/names.ts',
        find: 'state.aseq = lastAseq(part); state.lastPart',
        replace: 'state.aseq = part.aseq; state.lastPart',
      },
    ],
  },
  {
    name: 'forger-followed-again',
    rule: '2.17',
    bug: 'a leader that sent what nobody has signed is followed again',
    edits: [
      {
        file: 'core/leading/distrust.ts',
        find: 'distrusted.add(uid)',
        replace: '',
      },
    ],
    script: '123',
  },
  {
    name: 'forger-may-win',
    rule: '2.17',
    bug: 'tokens and names of a leader that sent what nobody has signed are passed on and believed',
    edits: [
      {
        file: 'core/on-frame.ts',
        find: 'if (named !== undefined && isBarred(state, named))',
        replace: 'if (false)',
      },
    ],
    script: '123',
  },
  {
    name: 'fork-taken-for-a-lie',
    rule: '2.17',
    bug: 'a leader whose history of a stamper is another counts as one that lies',
    edits: [
      {
        file: 'core/log/log.ts',
        find: "frontier.has(record.namespace) ? 'unsealed' : 'missealed'",
        replace: "'missealed'",
      },
    ],
    test,
  },
]
