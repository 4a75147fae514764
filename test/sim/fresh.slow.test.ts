// A campaign over fresh seeds that is long enough to see every fault, every rule and rare orders.
import { test } from 'node:test'
import { allCores, playFresh } from './campaign.ts'

test('a minute of fresh seeds on all cores holds every invariant', () => playFresh(60, allCores))
