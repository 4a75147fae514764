/** All mutants. The order is that of the printed table. */

import { controlMutants } from './control.ts'
import { dataMutants } from './data.ts'
import { mergeMutants } from './merge.ts'
import type { Mutant } from './mutant.ts'
import { promiseMutants } from './promise.ts'
import { relapseMutants } from './relapse.ts'
import { roomMutants } from './room.ts'
import { storeMutants } from './store.ts'

export const mutants: readonly Mutant[] = [
  ...dataMutants,
  ...promiseMutants,
  ...controlMutants,
  ...mergeMutants,
  ...roomMutants,
  ...relapseMutants,
  ...storeMutants,
]

/** Undefined when there is none of this name. */
export function mutantNamed(name: string): Mutant | undefined {
  return mutants.find((mutant) => mutant.name === name)
}
