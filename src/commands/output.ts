/**
 * What main needs to know of stdout: whether what was printed has arrived.
 */

export { isReaderGone, lostOutputText, writeWhole } from '../ui/terminal/write-errors.ts'
