// Node.js between the oldest and the newest: install.night.test.ts.
import { ends, testInstalls } from './installing.ts'

testInstalls(ends)
