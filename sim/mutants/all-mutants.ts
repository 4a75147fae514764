/** All mutants. The order is that of the printed table. */

import { checkMutants } from './check-mutants.ts'
import { comparingMutants } from './comparing-mutants.ts'
import { controlMutants } from './control-mutants.ts'
import { dataMutants } from './data-mutants.ts'
import { flushMutants } from './flush-mutants.ts'
import { lateMutants } from './late-mutants.ts'
import { liarMutants } from './liar-mutants.ts'
import { mergeMutants } from './merge-mutants.ts'
import type { Mutant } from './mutant.ts'
import { pathMutants } from './path-mutants.ts'
import { promiseMutants } from './promise-mutants.ts'
import { recordMutants } from './record-mutants.ts'
import { relapseMutants } from './relapse-mutants.ts'
import { signatureMutants } from './signature-mutants.ts'
import { senderMutants } from './sender-mutants.ts'
import { lockMutants } from './lock-mutants.ts'
import { roomMutants } from './room-mutants.ts'
import { storeMutants } from './store-mutants.ts'

export const mutants: readonly Mutant[] = [
  ...dataMutants,
  ...promiseMutants,
  ...controlMutants,
  ...mergeMutants,
  ...lockMutants,
  ...roomMutants,
  ...relapseMutants,
  ...pathMutants,
  ...lateMutants,
  ...flushMutants,
  ...senderMutants,
  ...recordMutants,
  ...comparingMutants,
  ...signatureMutants,
  ...checkMutants,
  ...storeMutants,
  ...liarMutants,
]

/** Undefined when there is none of this name. */
export function mutantNamed(name: string): Mutant | undefined {
  return mutants.find((mutant) => mutant.name === name)
}
