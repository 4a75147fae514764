/**
 * Tells which names a person can take for each other: by case, by characters that look the same in one or several
 * scripts (UTS #39), by what is not shown, and by spaces.
 */

import unhomoglyph from 'unhomoglyph'

/** Zero-width and filling characters, variation selectors. */
const hidden = /\p{Default_Ignorable_Code_Point}/gu
/** The blank pattern of Braille is none by its class. */
const spaces = /[\p{White_Space}\u2800]+/gu

/** More than any character needs; so no name from the wire can keep this node busy. */
const roundsMax = 8

/** Until nothing changes: of what a character becomes, another one may be a part. */
function folded(name: string): string {
  let last = name
  for (let round = 0; round < roundsMax; round++) {
    const next = unhomoglyph(last).toLowerCase().normalize('NFKD')
    if (next === last) break
    last = next
  }
  return last
}

/**
 * What stands for the look of a name. Two names look alike where one of these is the same. Case is folded before or
 * behind the characters that look alike: `PayPaI` is `paypal` as it is shown, `BILL` is `bill` as it is spoken.
 */
export function skeletons(name: string): readonly string[] {
  const bare = name.replace(hidden, '').normalize('NFKD').replace(spaces, ' ').trim()
  const [shown, spoken] = [folded(bare), folded(bare.toLowerCase())]
  return shown === spoken ? [shown] : [shown, spoken]
}

export function looksAlike(a: string, b: string): boolean {
  const those = skeletons(b)
  return skeletons(a).some((one) => those.includes(one))
}
