/**
 * Mutants of locked rooms (PROTOCOL.md section 2.20). Some have a script: random seeds would find them late.
 */

import type { Mutant } from './mutant.ts'

export const lockMutants: readonly Mutant[] = [
  {
    name: 'old-key-opens',
    rule: '2.20',
    bug: 'who shows an old key is let in, and does not get the present one',
    edits: [
      {
        file: 'core/ring/keys.ts',
        find: 'if (!isOldLink(state, link)) return undefined',
        replace: 'return undefined',
      },
    ],
    test: 'core/locking.test.ts',
  },
  {
    name: 'kept-is-turned-away',
    rule: '2.20',
    bug: 'a member that was away does not get the present key',
    edits: [
      {
        file: 'core/ring/keys.ts',
        find: 'if (!currentChange(lock)?.kept.includes(uid))',
        replace: 'if (currentChange(lock))',
      },
    ],
    script: '126-',
  },
  {
    name: 'unnamed-key-stays-new',
    rule: '2.20',
    bug: 'a key that let a node in counts as the newest for ever, if the change that took its place does not name it',
    edits: [{ file: 'core/model/lock.ts', find: ' || lock.settled.has(id)', replace: '' }],
    script: '133-',
  },
  {
    name: 'one-dial-for-all-keys',
    rule: '2.20',
    bug: 'all keys that a node shows one after the other have the time of one dial together',
    edits: [
      {
        file: 'core/ring/keys.ts',
        find: 'if (link.dialMs !== undefined) startTimer(state, `dial:${link.id}`, link.dialMs)',
        replace: '',
      },
    ],
    script: '134-',
  },
  {
    name: 'opening-key-forgotten',
    rule: '2.20',
    bug: 'each dial of an address begins with the newest key, also where an older one opened the last link',
    edits: [{ file: 'core/model/lock.ts', find: 'lock.opened.set(addr, key)', replace: '' }],
    script: '134-',
  },
  {
    name: 'opened-is-proof',
    rule: '2.20',
    bug: 'a key counts as the one that opened a link before the other end has shown that it knows it',
    edits: [
      {
        file: 'core/on-link.ts',
        find: 'if (isFar(state, link))',
        replace:
          'if (state.lock && link.addr !== undefined) noteOpened(state.lock, link.addr, link.key); if (isFar(state, link))',
      },
    ],
    script: '134-',
  },
  {
    name: 'knock-at-any-door',
    rule: '2.20',
    bug: 'a follower may tell of a knock at a door that is not its own',
    edits: [
      {
        file: 'core/model/senders.ts',
        find: "role.type === 'office' && door !== who?.uid ? 'door' : undefined",
        replace: 'undefined',
      },
    ],
    test: 'core/knock-news.test.ts',
  },
  {
    name: 'knock-stays-with-the-leader',
    rule: '2.20',
    bug: 'the leader does not pass on who knocks at a follower',
    edits: [
      {
        file: 'core/leading/knock-news.ts',
        find: "if (state.role.type === 'office') tellAll(state, frame, link.id)",
        replace: '',
      },
    ],
    test: 'core/knock-news.test.ts',
  },
  {
    name: 'knocks-without-bound',
    rule: '2.20',
    bug: 'the leader passes on what followers send about knocks as often as it comes',
    edits: [
      {
        file: 'core/leading/knock-news.ts',
        find: 'if (state.knocksPassed >= passedMax',
        replace: 'if (state.knocksPassed < 0',
      },
    ],
    test: 'core/knock-news.test.ts',
  },
  {
    name: 'old-key-answers-knocks',
    rule: '2.20',
    bug: 'an end of a link that has proved only an old key hears of knocks, and answers them',
    edits: [
      {
        file: 'core/leading/knock-news.ts',
        find: '&& !isOldLink(state, link)',
        replace: '&& !!isOldLink',
      },
    ],
    test: 'core/knock-news.test.ts',
  },
  {
    name: 'removed-comes-back',
    rule: '2.20',
    bug: 'a node that was removed is let in',
    edits: [{ file: 'core/ring/keys.ts', find: "if (isRemoved(state, uid)) return 'removed'", replace: '' }],
    test: 'core/locking.test.ts',
  },
  {
    name: 'removed-leads-on',
    rule: '2.20',
    bug: 'members go on following a leader that was removed',
    edits: [
      {
        file: 'core/locking.ts',
        find: "if (role.type === 'following' && removed.has(role.leader.uid)) dismissRemoved(state, role)",
        replace: '',
      },
    ],
    test: 'core/locking.test.ts',
  },
  {
    name: 'key-not-given',
    rule: '2.20',
    bug: 'a change of the key is told to nobody but the leader',
    edits: [
      {
        file: 'core/locking.ts',
        find: 'for (const link of state.links.values()) if (link.who) giveKey(state, link)',
        replace: '',
      },
    ],
  },
  {
    name: 'one-key-shown',
    rule: '2.20',
    bug: 'a node shows its newest key alone, also to one that is behind',
    edits: [
      {
        file: 'core/ring/keys.ts',
        find: 'if (at < 0 || key === undefined) return false',
        replace: 'return false',
      },
    ],
    script: '129-',
  },
  {
    name: 'first-change-counts',
    rule: '2.20',
    bug: 'of two changes of the key the earlier one counts',
    edits: [
      {
        file: 'core/model/lock.ts',
        find: 'return left && right ? compareChanges(left, right)',
        replace: 'return left && right ? compareChanges(right, left)',
      },
    ],
    script: '129-',
  },
  {
    name: 'compromised-key-stays',
    rule: '2.20',
    bug: 'a key that a removed node knows stays in use',
    edits: [
      {
        file: 'core/locking.ts',
        find: 'if (knowingOf(state, lock).length > 0)',
        replace: 'if (false)',
      },
    ],
    script: '130-',
  },
  {
    name: 'old-keys-not-told',
    rule: '2.20',
    bug: 'members that came later do not know the old keys',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: 'tellOldKeys(state, stream.link)',
        replace: '',
      },
    ],
    script: '131-',
  },
  {
    name: 'changes-forgotten',
    rule: '2.20',
    bug: 'a node that starts again does not know who was removed and which key counts',
    edits: [
      {
        file: 'core/index.ts',
        find: 'for (const record of events) addChanges(lock, record)',
        replace: '',
      },
    ],
    test: 'core/locking.test.ts',
  },
  {
    name: 'key-not-submitted',
    rule: '2.20',
    bug: 'the leader does not get the key before the record that names it',
    edits: [{ file: 'core/log/outbox.ts', find: 'if (held)', replace: 'if (false)' }],
    script: '132-',
  },
  {
    name: 'void-key-is-new',
    rule: '2.20',
    bug: 'the key of a change that does not count lets nodes in like one that no change names',
    edits: [
      {
        file: 'core/model/lock.ts',
        find: 'new Set([...replaced, ...Array.from(lock.said.values(), ({ id }) => id)])',
        replace: 'new Set([...replaced, ...counting.keys()])',
      },
    ],
    test: 'core/locking.test.ts',
  },
  {
    name: 'smallest-copy-ignored',
    rule: '2.20',
    bug: 'of two copies of a change the one that came first counts',
    edits: [
      {
        file: 'core/model/lock.ts',
        find: 'if (known && compareChanges(known, change) <= 0) return gone',
        replace: 'if (known) return gone',
      },
    ],
    test: 'core/locking.test.ts',
  },
  {
    name: 'given-key-counts',
    rule: '2.20',
    bug: 'a key that no record names lets others in',
    edits: [
      {
        file: 'core/ring/keys.ts',
        find: 'if (isNamed(lock, id)) addKey',
        replace: 'if (true) addKey',
      },
    ],
    test: 'core/locking.test.ts',
  },
  {
    name: 'bye-removed-believed',
    rule: '2.20',
    bug: 'a node stops when any other says that it was removed',
    edits: [
      {
        file: 'core/on-link.ts',
        find: 'if (!part) return',
        replace: 'if (!part) stop(state, reason)\n  if (!part) return',
      },
    ],
    test: 'core/locking.test.ts',
  },
  {
    name: 'old-link-not-believed',
    rule: '2.20',
    bug: 'a removed node does not believe it on a link that a change of the key has outlived',
    edits: [
      {
        file: 'core/ring/keys.ts',
        find: 'if (!lock || !removed.includes(state.uid)',
        replace: 'if (link.gaveKey || isOldLink(state, link) || !lock || !removed.includes(state.uid)',
      },
    ],
    script: '135-',
  },
  {
    name: 'removed-remover-not-believed',
    rule: '2.20',
    bug: 'a node that has removed who removed it goes on alone',
    edits: [
      {
        file: 'core/ring/keys.ts',
        find: 'if (!isRemoval && isRemoved(state, author))',
        replace: 'if (isRemoved(state, author))',
      },
    ],
    script: '135-',
  },
  {
    name: 'left-out-node-shows-removals',
    rule: '2.20',
    bug: 'a node stops when one that does not get the present key shows it a removal',
    edits: [
      {
        file: 'core/ring/keys.ts',
        find: 'return !isOldLink(state, link) || currentChange(lock)?.kept.includes(peer) === true',
        replace: 'return true',
      },
    ],
    test: 'core/locking.test.ts',
  },
  {
    name: 'removed-node-shows-removals',
    rule: '2.20',
    bug: 'a node stops when one that was removed shows it a removal',
    edits: [
      {
        file: 'core/ring/keys.ts',
        find: 'peer === undefined || isRemoved(state, peer)) return false',
        replace: 'peer === undefined) return false',
      },
    ],
    test: 'core/locking.test.ts',
  },
  {
    name: 'hearsay-is-kept',
    rule: '2.20',
    bug: 'a change of the key keeps nodes that others only named',
    edits: [{ file: 'core/locking.ts', find: 'if (!told) known.add(one)', replace: 'known.add(one)' }],
    test: 'core/locking.test.ts',
  },
  {
    name: 'removed-author-counts',
    rule: '2.20',
    bug: 'a change by a node that was removed before counts',
    edits: [{ file: 'core/model/lock.ts', find: '!removed.has(part.author)', replace: 'true' }],
    test: 'core/locking.test.ts',
  },
  {
    name: 'early-change-counts',
    rule: '2.20',
    bug: 'of several changes that make one key the earliest counts',
    edits: [
      {
        file: 'core/model/lock.ts',
        find: 'counting.set(id, change)',
        replace: 'if (!counting.has(id)) counting.set(id, change)',
      },
    ],
    test: 'core/locking.test.ts',
  },
]
