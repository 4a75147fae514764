// A campaign over fresh seeds that is long enough to see every fault, every rule and rare orders.
import { test } from 'node:test'
import { allCores, playFresh } from './campaign.ts'

test('30 s of fresh seeds on all cores hold every invariant', () => playFresh(30, allCores))
