// Each run of the tests is a small campaign of its own, over seeds that nobody has played before.
import { test } from 'node:test'
import { playFresh } from './campaign.ts'

test('20 s of fresh seeds hold every invariant', () => playFresh(20))
